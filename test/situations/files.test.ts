import { playSituations } from './situation.ts';

// From bug reports about importers: the lines of a file, its delimiters, header and content type.
playSituations('files', {
  'a file of another system without a header': {
    csv: '"49";"Acero";"Aura";"a@acme.test"\n"1";"Mejia";"Al";"b@acme.test"\n',
    outcome: 'failed',
    finds: [[1, 'NO_HEADER']],
    active: ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'],
  },
});
