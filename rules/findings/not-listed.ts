import type { TextLanguage } from './describe-finding.ts';

/** How many findings a mass edit lists, and how many more it only counts. */
export type NotListedCount = { limit: number; notListed: number };

/** The code of an extra line in the error log. It is no finding and is not stored. */
export const NOT_LISTED_CODE = 'FINDINGS_NOT_LISTED';

/** Says that the error log is incomplete, how many findings are missing, and what to do. */
export const describeNotListed = ({ limit, notListed }: NotListedCount, language: TextLanguage): string => {
  const [most, more] = [limit, notListed].map((value) => value.toLocaleString(language));
  return language === 'sv'
    ? `Felloggen är inte fullständig: högst ${most} fel och varningar listas, och ${more} till räknades bara. ` +
        'Rätta raderna i den ursprungliga filen och ladda upp hela filen igen.'
    : `This error log is not complete: at most ${most} errors and warnings are listed, and ${more} more were only counted. ` +
        'Mend the rows in the original file and upload the whole file again.';
};
