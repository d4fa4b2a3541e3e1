/** Languages with endings and function words of their own; every other one is matched by whole words and beginnings. */
export type Language = 'en' | 'de' | 'es' | 'fr' | 'other';

const split = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Words that carry no meaning of their own, without accents; question words among them. */
export const functionWords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: split(`a about after all also am an and any are as at be because been before being but by can cannot could did do does doing don
    down during each else ever few for from further get gets getting got had has have having he her here hers him his how i if in into is
    isn it its itself just let like ll made make makes many may me might more most much must my need no nor not of off on once one only
    or other our out over own please re same shall she should so some such tell than that the their them then there these they
    this those through to too under until up upon us use used using ve very want was way we were what whatever when where which
    while who whom whose why will with within without won would yes you your yours happen happens happened thing things`),
  de: split(`ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei dafur damit dann
    das dass dein deine dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er
    es etwas euch fur gegen gibt habe haben hat hatte hatten hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden
    jeder jedes kann kein keine keinen konnen konnte lange machen macht man mehr mein meine mich mir mit muss mussen musste nach nicht noch
    nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so soll sollen sollte uber um und uns unser unsere unter viel viele
    vom von vor wann war waren warum was welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieso wieviel will wird wo
    wurde wurden woher wohin zu zum zur darf durfen passiert geschieht`),
  es: split(`a al algo algun alguna algunas algunos ante antes aquel asi aun aunque cada como con cual cuales cuando cuanta cuantas cuanto
    cuantos de debe deben del desde donde dos durante e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estan estaba estas este
    esto estos fue fueron ha habia hace hacen hacer haber han hasta hay la las le les lo los mas me mi mientras muy nada ni no nos o os otra otras
    otro otros para pero poco por porque puede pueden que quien quienes se sea ser si sido sin sobre son su sus tal tambien tan tanto te tengo tiene
    tienen todo todos tras tu un una unas uno unos usted ustedes y ya yo ocurre pasa`),
  fr: split(`a ai ainsi alors apres au aucun aussi autre aux avant avec avoir ca ce cela celle celles celui ces cet cette ceux chaque comme comment
    d dans de depuis des doit donc du elle elles en encore entre es est et etait etaient ete etre eux fait faire faut il ils j je l la le les leur
    leurs lors lui m ma mais me meme mes mon n ne nos notre nous on ont ou par pas pendant peu peut plus pour pourquoi qu quand que quel quelle
    quelles quels qui quoi s sa sans se selon ses si son sont sous sur t ta tandis te tes toi ton tous tout toute toutes tres tu un une vos votre
    vous y`),
  other: new Set(),
};

const sampleChars = 20_000;

/** The language most of the function words of a text belong to; 'other' where there are few, as in code, tables or other scripts. */
export function languageOf(text: string): Language {
  const words =
    text
      .slice(0, sampleChars)
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  let best: Language = 'other';
  let most = words.length / 12;
  for (const language of ['en', 'de', 'es', 'fr'] as const) {
    const known = functionWords[language];
    let count = 0;
    for (const word of words) if (known.has(word)) count += 1;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}
