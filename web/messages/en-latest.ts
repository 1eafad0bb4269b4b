/** The sentences of the list of uploads. */
export const enLatest = {
  heading: 'Latest upload',
  earlier: 'Earlier uploads',
  none: 'Nothing has been uploaded yet. The first result will be shown here.',
  more: 'Show more',
  show: 'Show',
  outcome: {
    completed: 'Complete',
    completed_with_errors: 'Complete with errors',
    failed: 'Failed',
    cancelled: 'Cancelled',
    expired: 'Expired',
  },
  partlyRead: 'Complete, but columns were not read',
  open: 'In progress',
  someone: 'someone',
};
