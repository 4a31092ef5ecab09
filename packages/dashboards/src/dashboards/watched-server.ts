/** How a series of a watched server is called: where the server is, and the sidecar that looks at it. */
export const AT = '{{server_address}}:{{server_port}} ({{instance}})';
