// Unpacks Chromium, its libraries and its fonts to the temporary directory. dev/docs/chromium.ts starts this as a process.
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
