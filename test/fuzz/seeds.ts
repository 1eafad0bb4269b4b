import { readFileSync } from 'node:fs';
import { encode } from './dialects.ts';
import type { Random } from './random.ts';

/** A file to start from: one that users have, or a few rows of a sample. */
export const seedFile = (random: Random): Buffer => {
  if (random.onceIn(3)) return someRows(random, random.one(SAMPLES));
  const text = random.one(HAND_MADE);
  if (!random.onceIn(4)) return Buffer.from(text);
  return encode(text, {
    encoding: random.one(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const),
    bom: random.onceIn(2),
  });
};

const someRows = (random: Random, [header = '', ...rows]: readonly string[]): Buffer =>
  Buffer.from([header, ...random.many(0, 4, () => random.one(rows)), ''].join(random.one(['\n', '\r\n'])));

const SAMPLES = ['create-users.csv', 'edit-users.csv'].map((name) =>
  readFileSync(new URL(`../../samples/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n'),
);

const HAND_MADE = [
  'Email;First name\r\na@b.se;Anna\r\n',
  '\ufeffEmail;External Id;First name;Department\r\na@b.se;1;"An""na";IT\r\n;2;Bo;it\r\n',
  'sep=,\nEmail,First name,Notes\na@b.se,Anna,"x, y\nz"\n',
  'Email\tFirst name\tBorn\na@b.se\tAnna\t31/12/1990\nb@b.se\tBo\t01/02/1990\n',
  'Email;Salary\na@b.se;1.234,5\nb@b.se;1,234\nc@b.se;1.234\nd@b.se;12 %\ne@b.se;４２\n',
  'Email;Salary;Salary backdate\na@b.se;5;2026-02-01\nb@b.se;;2026-02-01\nc@b.se;7;2020-01-01\n',
  'Email;Participate in survey;Participate in survey backdate\na@b.se;ja;2026-02-02\nb@b.se;0;45292\n',
  'Förnamn;E-post;Språk;Deltar i undersökning\nÅsa;åsa@exempel.se;sv-SE;nej\n',
  "Email;First name;Manager\na@b.se;'=1+1;b@b.se\nb@b.se;''@x;a@b.se\nc@b.se;-5;'+46\n",
  'Email;First name;_line;_severity;_code;_column;_value;_message\na@b.se;;2;error;REQUIRED_MISSING;First name;;x\n',
  'External Id;First name\n00123;Anna\n1E+05;Bo\n\u200b7;Cy\n',
  'Email;First name\na@b.se;MalmÃ¶\nb@b.se;Malm√∂\nc@b.se;x\u0007y\nd@b.se;\ufffd\n',
  'Email;First name\na@b.se;5" screen\nb@b.se;"x"y\nc@b.se; "z"\n"open@b.se;q\n',
  'Email;First name\n\n;;\n" ";""\na@b.se\nb@b.se;B;too;many\nc@b.se;C;;\n',
  'example.person@example.com;EXAMPLE-ROW\nEmail;External Id\nexample.person@example.com;EXAMPLE-ROW\n',
  'People of 2026\n\nEmail;First name\na@b.se;#CLEAR\nb@b.se;#clear\n',
  'Email;Department;Department\na@b.se;-;N/A\n',
  'PK\x03\x04 xl/worksheets',
  '<!DOCTYPE html><table><tr><td>Email',
  '{"email": "a@b.se"}',
];
