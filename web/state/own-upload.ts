/**
 * Stores, in this tab only, which mass edit was uploaded here. The question opens by itself once, only for the
 * administrator who sent the file.
 */
export function markOwnUpload(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // Storage is switched off: the banner still asks.
  }
}

/** Whether it was uploaded in this tab and the question has not opened yet. The call marks it as opened. */
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
