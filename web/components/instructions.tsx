import { usePage } from '../page-context.ts';

/** What to do, in five lines. The details are folded. */
export function Instructions() {
  const { words } = usePage();
  const { heading, steps, more, details } = words.instructions;
  return (
    <section aria-labelledby="instructions-heading">
      <h2 id="instructions-heading">{heading}</h2>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <details>
        <summary>{more}</summary>
        <ul>
          {details.map((detail) => (
            <li key={detail}>{detail}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}
