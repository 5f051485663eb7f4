/** A run as one page: unpack the record, be its server, start the Studio. */

import { Record } from './record';
import { serve } from './offline';

const words = document.getElementById('record')?.textContent ?? '';
serve(await Record.unpack(words));
await import('../main');
