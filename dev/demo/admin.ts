/**
 * The HR administrator of the demo organization. She is created with the organization and has a row in both samples.
 * The first sample gives her a department and a manager. The second leaves her unchanged, so she is not in a deletion
 * list.
 */
export const DEMO_ADMIN = {
  email: 'karin.sjoberg@example.se',
  firstName: 'Karin',
  lastName: 'Sjöberg',
} as const;
