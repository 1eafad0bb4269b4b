/**
 * Loaded into api and worker by `npm start` (`node --import`): ends the process when the one that started it is gone,
 * also by SIGKILL, because the channel between them closes then. Production starts them without this.
 */

/** Longer than any graceful shutdown that is worth waiting for when nobody waits. */
const LAST_RESORT_MS = 30_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
});
// Listening must not keep a process alive that has nothing else to do.
process.channel?.unref();
