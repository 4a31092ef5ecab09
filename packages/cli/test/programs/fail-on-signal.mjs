// Loaded before the sidecar: fails in the way that nobody catches, at SIGUSR2.
process.on('SIGUSR2', () => {
  if (process.env.FAIL_BY === 'rejection') void Promise.reject(new Error('made to fail'));
  else throw new Error('made to fail');
});
