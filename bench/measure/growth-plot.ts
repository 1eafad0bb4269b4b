/** The seconds that a side took for files of some sizes. */
export type Curve = { name: string; color: string; points: { rows: number; seconds: number }[] };

const [WIDTH, HEIGHT] = [720, 400];
const MARGIN = { left: 64, right: 88, top: 24, bottom: 48 };

/** An SVG with the seconds of each side by the rows of the file. Both axes are logarithmic, so linear growth is a line of 45°. */
export function growthPlot(curves: readonly Curve[]): string {
  const points = curves.flatMap(({ points }) => points);
  const x = scale(
    points.map(({ rows }) => rows),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const y = scale(
    points.map(({ seconds }) => seconds),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>Seconds of an initial import by the rows of the file</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...x.ticks.map((rows) => axisLine(x.at(rows), MARGIN.top, x.at(rows), HEIGHT - MARGIN.bottom)),
    ...y.ticks.map((seconds) => axisLine(MARGIN.left, y.at(seconds), WIDTH - MARGIN.right, y.at(seconds))),
    ...x.ticks.map((rows) => label(x.at(rows), HEIGHT - MARGIN.bottom + 20, rows.toLocaleString('en'), 'middle')),
    ...y.ticks.map((seconds) => label(MARGIN.left - 8, y.at(seconds) + 4, `${seconds} s`, 'end')),
    label(WIDTH / 2, HEIGHT - 8, 'rows', 'middle'),
    ...curves.flatMap((curve) => drawn(curve, x.at, y.at)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** A logarithmic scale over whole powers of ten. */
function scale(
  values: readonly number[],
  from: number,
  to: number,
): { at: (value: number) => number; ticks: number[] } {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number) => Math.round(from + ((Math.log10(value) - least) / (most - least)) * (to - from));
  return { at, ticks: Array.from({ length: most - least + 1 }, (_, step) => Number(`1e${least + step}`)) };
}

function drawn({ name, color, points }: Curve, x: (rows: number) => number, y: (seconds: number) => number): string[] {
  const places = points.map(({ rows, seconds }) => `${x(rows)},${y(seconds)}`);
  const last = points.at(-1);
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.map(({ rows, seconds }) => `<circle cx="${x(rows)}" cy="${y(seconds)}" r="4" fill="${color}"/>`),
    ...(last ? [label(x(last.rows) + 8, y(last.seconds) + 4, name, 'start', color)] : []),
  ];
}

const axisLine = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;

const label = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', color = '#333'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${color}">${text}</text>`;
