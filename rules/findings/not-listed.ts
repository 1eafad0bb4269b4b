import type { TextLanguage } from './describe-finding.ts';

/** How many findings a mass edit lists, and how many more were found and only counted. */
export type NotListedCount = { limit: number; notListed: number };

/** Stands in the error log where a finding's code stands, on a line of its own. It is no finding: nothing is stored of it. */
export const NOT_LISTED_CODE = 'FINDINGS_NOT_LISTED';

/** Says that an error log is not all there is to say, how much is missing, and what to do. */
export const describeNotListed = ({ limit, notListed }: NotListedCount, language: TextLanguage): string => {
  const [most, more] = [limit, notListed].map((value) => value.toLocaleString(language));
  return language === 'sv'
    ? `Felloggen är inte fullständig: högst ${most} fel och varningar listas, och ${more} till räknades bara. ` +
        'Rätta raderna i den ursprungliga filen och ladda upp hela filen igen.'
    : `This error log is not complete: at most ${most} errors and warnings are listed, and ${more} more were only counted. ` +
        'Mend the rows in the original file and upload the whole file again.';
};
