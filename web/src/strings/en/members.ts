export const members = {
  heading: 'Members',
  intro:
    'What a person may see and export follows from their role, and counts from their next request on. New members are ' +
    'added through the API, by the id that your identity provider knows them by.',
  name: 'Name',
  email: 'E-mail',
  role: 'Role',
  roleOf: (name: string) => `Role of ${name}`,
  roles: { viewer: 'Viewer', member: 'Member', admin: 'Admin', owner: 'Owner' },
  rights: {
    viewer: 'Event reports',
    member: 'Also transactions and test data',
    admin: 'Also orders and the activity log, and everybody’s exports',
    owner: 'Also members and webhooks',
  },
  you: 'you',
  changed: (name: string, role: string) => `${name} is now ${role}.`,
  remove: (name: string) => `Remove ${name}`,
  removing: {
    title: 'Remove this member?',
    body: (name: string, account: string) =>
      `${name} can no longer see ${account}, its reports and files, also through links they were sent.`,
    confirm: 'Remove member',
  },
  removed: (name: string) => `${name} is no longer a member.`,
};
