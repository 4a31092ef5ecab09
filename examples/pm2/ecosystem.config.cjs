// An application in cluster mode with its sidecar: pm2 start ecosystem.config.cjs
// Both run as the same user, so the application finds the sidecar's socket by itself.
module.exports = {
  apps: [
    {
      name: 'outrider',
      cwd: __dirname,
      script: 'node_modules/@outrider/cli/bin/outrider.js',
      args: 'sidecar --config outrider.yaml',
      // One for all workers, and the others cannot take its place.
      exec_mode: 'fork',
      instances: 1,
      // It ends within five seconds.
      kill_timeout: 6000,
      restart_delay: 1000,
      max_memory_restart: '128M',
    },
    {
      name: 'shop',
      cwd: __dirname,
      script: 'server.js',
      exec_mode: 'cluster',
      instances: 2,
      // Its last figures leave before it does.
      kill_timeout: 5000,
    },
  ],
};
