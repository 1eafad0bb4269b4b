/** A day so many days ago, where the organizations of a test are. */
export const ago = (days: number): string =>
  new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Stockholm' }).format(Date.now() - days * 86_400_000);
