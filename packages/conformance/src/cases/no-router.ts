/** Why cases of routers cannot exist for `node:http` and its kin. */
export const NO_ROUTER: { readonly 'Node.js': string } = {
  'Node.js': 'Node.js has no router: what matches, the application itself tells by the option `route`',
};
