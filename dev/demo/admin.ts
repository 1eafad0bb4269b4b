/**
 * The HR administrator of the demo organization. She is created with the organization and is a row of both samples too:
 * the first gives her a department and a manager, the second leaves her as she is, so nobody is asked to delete her.
 */
export const DEMO_ADMIN = {
  email: 'karin.sjoberg@example.se',
  firstName: 'Karin',
  lastName: 'Sjöberg',
} as const;
