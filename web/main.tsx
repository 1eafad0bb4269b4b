import { render } from 'preact';
import { App } from './app.tsx';

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no place for the page');
// The HTML holds the first view of the page, which needs no API.
page.replaceChildren();
render(<App />, page);
