import { render } from 'preact';
import { App } from './app.tsx';

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no place for the page');
// What stands there is the first sight of the page, which needs no API.
page.replaceChildren();
render(<App />, page);
