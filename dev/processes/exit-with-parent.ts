/**
 * `npm start` loads this into api and worker (`node --import`). It ends the process when its parent is gone, even by
 * SIGKILL, because the channel between them then closes. Production starts them without this.
 */

/** Longer than a graceful shutdown may take after the parent is gone. */
const LAST_RESORT_MS = 30_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
});
// Listening must not keep an otherwise idle process alive.
process.channel?.unref();
