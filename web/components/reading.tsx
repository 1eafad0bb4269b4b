import type { Cell, ColumnReading, MassEdit } from '../mass-edit.ts';
import { usePage } from '../page-context.ts';

/** The detected format of the file with its evidence, to check if a result looks wrong. */
export function Reading({ edit }: { edit: MassEdit }) {
  const { file, links } = edit;
  const { words, format } = usePage();
  const text = words.reading;
  const facts: [string, string][] = [
    [text.encoding, file.encoding?.toUpperCase() ?? '–'],
    [text.delimiter, text.delimiters[file.delimiter ?? ''] ?? file.delimiter ?? '–'],
    [text.rows, file.rows === null ? '–' : format.number(file.rows)],
    [text.size, format.bytes(file.sizeBytes)],
  ];
  return (
    <details>
      <summary>{text.heading}</summary>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {file.samples.length > 0 && (
          <div>
            <dt>{text.samples}</dt>
            {file.samples.map((sample) => (
              <dd key={sample.line}>
                <Evidence cell={sample} />
              </dd>
            ))}
          </div>
        )}
      </dl>
      <p>
        {file.kept ? (
          <a href={links.file} download={file.name}>
            {words.panel.original}
          </a>
        ) : (
          words.panel.notKept
        )}
      </p>
      {file.reading.length > 0 && <Columns reading={file.reading} />}
    </details>
  );
}

function Columns({ reading }: { reading: ColumnReading[] }) {
  const { reading: text } = usePage().words;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section class="scroll" aria-label={text.columns} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {[text.column, text.means, text.format, text.proof].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {reading.map((column) => (
            <Column key={column.position} column={column} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Column({ column }: { column: ColumnReading }) {
  const { reading: text } = usePage().words;
  const { header, column: name, format, proof, against } = column;
  return (
    <tr>
      <th scope="row">
        <bdi>{header === '' ? `(${column.position})` : header}</bdi>
      </th>
      <td>{name === null ? <span class="muted">{text.ignored}</span> : <bdi>{name}</bdi>}</td>
      <td>{format && text.formats[format]}</td>
      <td>
        {proof && <Evidence cell={proof} />}
        {against && (
          <>
            {' '}
            {text.against} <Evidence cell={against} />
          </>
        )}
      </td>
    </tr>
  );
}

function Evidence({ cell }: { cell: Cell }) {
  const { reading: text } = usePage().words;
  const [before, after] = text.at(cell.line, '\u0000').split('\u0000');
  return (
    <span>
      {before}
      <q>{cell.value}</q>
      {after}
    </span>
  );
}
