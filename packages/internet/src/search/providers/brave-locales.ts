/** https://api-dashboard.search.brave.com/app/documentation/web-search/codes */
export const braveCountries: ReadonlySet<string> = new Set(
  'AR AU AT BE BR CA CL DK FI FR DE GR HK IN ID IT JP KR MY MX NL NZ NO CN PL PT PH RU SA ZA ES SE CH TW TR GB US'.split(
    ' ',
  ),
);

const languages: ReadonlySet<string> = new Set(
  'ar eu bn bg ca hr cs da nl en et fi fr gl de el gu he hi hu is it kn ko lv lt ms ml mr nb pl pa ro ru sr sk sl es sv ta te th tr uk vi'.split(
    ' ',
  ),
);

/** Brave's code of a language, or undefined when it has none. */
export function braveLanguages(language: string, region: string | undefined): string | undefined {
  if (language === 'ja') return 'jp';
  if (language === 'no') return 'nb';
  if (language === 'zh') return region === 'TW' || region === 'HK' ? 'zh-hant' : 'zh-hans';
  if (language === 'pt') return region === 'BR' ? 'pt-br' : 'pt-pt';
  if (language === 'en' && region === 'GB') return 'en-gb';
  return languages.has(language) ? language : undefined;
}
