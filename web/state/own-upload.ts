/**
 * Remembers, in this tab only, which mass edit was uploaded here: the question opens by itself once, before whoever sent
 * the file, and never before anybody else.
 */
export function markOwnUpload(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // Storage is switched off: the banner asks all the same.
  }
}

/** Whether it was uploaded in this tab and has not been asked about yet; from then on it has. */
export function takeOwnUpload(id: string): boolean {
  try {
    if (sessionStorage.getItem(KEY) !== id) return false;
    sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

const KEY = 'mass-edit-sent';
