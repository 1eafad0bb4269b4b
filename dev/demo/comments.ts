/** Answers to an open question, in the languages that the demo company writes in. */
export const COMMENTS = {
  sv: [
    'Mer tid för att lära upp nya kollegor, tack.',
    'Mötena på måndagar kunde vara hälften så långa.',
    'Jag trivs väldigt bra i mitt team!',
    'Det är svårt att få svar från andra avdelningar.',
    'Bättre ventilation i den södra hallen.',
    'Tydligare prioriteringar när allt är lika viktigt.',
    'Fler möjligheter att arbeta hemifrån någon dag i veckan.',
    'Schemat borde komma tidigare än två veckor innan.',
  ],
  de: [
    'Die Abstimmung mit den anderen Standorten dauert zu lange.',
    'Ich würde mir mehr Weiterbildung wünschen.',
    'Gutes Team, faire Führung – weiter so!',
    'Weniger E-Mails, mehr kurze Gespräche.',
    'Der Schichtplan ändert sich zu oft.',
    'Größere Aufträge sollten früher besprochen werden.',
    'Die Werkzeuge in Halle 3 sind veraltet.',
    'Mehr Rückmeldung, auch wenn alles läuft.',
  ],
  en: [
    'Decisions could be explained better.',
    'I would like clearer goals for the next quarter.',
    'Great colleagues; the tools are slow, though.',
    'Please share more of what the other offices do.',
    'It is not clear to me how I can grow here.',
    'Flexible hours make a real difference to me.',
    'Fewer systems to report the same hours in.',
    'My manager listens, which I value a lot.',
  ],
} as const;
