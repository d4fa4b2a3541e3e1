import { fold } from './fold.ts';
import type { Language } from './language.ts';
import { stem } from './stem.ts';

// Words that questions and pages use for the same thing. A word may stand in several groups.
const english = `
delete remove erase discard wipe purge|buy purchase order acquire|price cost fee charge rate tariff expensive cheap quote|pay payment bill invoice|
refund reimburse repay money-back return credit|begin start launch commence initiate open|end finish stop terminate conclude close|cancel terminate revoke
withdraw resign quit notice|allow permit let authorize enable may|forbid prohibit ban disallow disable refuse|need require necessary must mandatory compulsory|
change modify alter edit update adjust switch|create make add generate new|fix repair solve resolve remedy rescue save mend|error failure fault problem issue
bug fail|fast quick rapid speed soon|slow sluggish lag delay|big large huge size great|small little tiny compact|maximum limit cap ceiling most highest bound|
minimum least lowest|time duration period long|hour hourly|day daily|week weekly fortnight|month monthly|year annual yearly annually|often frequency interval
every|help support assist assistance|contact reach email phone mail call hotline|job work employment occupation task message|employee staff worker personnel
labourer|boss manager supervisor lead|vacation holiday leave absence|sick ill illness disease flu|doctor physician medical|medical doctor health|
certificate note proof document|car vehicle automobile|driver motorist|house home residence dwelling|kid child minor underage baby|age old|money cash fund currency|
build construct assemble dig|destroy demolish ruin|kill die death casualty perish victim lives|hot warm heat temperature|cold cool chill freeze frost|
refrigerator fridge chill|wet damp moist water humidity|dry arid|choose select pick option|send submit deliver transmit ship|receive get obtain|
give provide supply grant|keep retain store save preserve hold|share disclose|own ownership belong property|find locate search discover|show display view see|
hide conceal mask|use apply employ usage|default standard|password credential login signin passphrase secret key|login account sign signin|account profile user
member|company business firm organization employer|customer client buyer|law legal statute|lawsuit court sue litigation dispute|agreement contract terms|
responsible liable liability accountable|damage harm injury loss accident crash collision|danger risk hazard unsafe|safe secure security safety protect|
reason cause|result effect consequence outcome influence|example sample instance|previous former prior earlier before|recent latest new|
replace substitute swap alternative instead|connect link attach join|separate split divide|increase raise grow rise|decrease reduce lower drop shrink|
unlock open|shut close lock|check verify test inspect examine validate|install setup configure|configuration setting option preference|restart reboot reset|
crash freeze hang die|copy duplicate backup clone|folder directory|picture image photo photograph|film movie video|eat food meal consume|cook bake boil simmer
roast|poultry chicken bird|mix stir combine blend|soft tender|weigh weight heavy mass|tall height high|far distance away|wide width broad|deep depth|
battery cell power|noise sound loud|lamp light led|wireless wifi|internet online web|phone mobile telephone smartphone|late overdue deadline|expire expiry valid|
founder found establish|inventor invent discover|war battle fight conflict|blaze fire burn|flood inundation|surround besiege siege|king queen monarch ruler|write
author|live inhabit reside population inhabitant people|move transfer relocate migrate|train teach learn education course|raise throw emit|deprecated obsolete
removed gone|token key|pagination paginate cursor page|retry again repeat retried|throttle limit quota|gas gasoline petrol fuel|diesel petrol fuel|elevator lift|
apartment flat|truck van lorry|plane flight fly|railway train rail|boat ship vessel|journey trip travel|ticket fine penalty|penalty fine fee punish|husband wife
partner spouse|parent mother father|woman female lady|man male|pet dog cat animal|hair fur|coat jacket clothes|puncture flat tyre tire|garbage rubbish trash
waste|downtime outage availability interruption|compensation credit reimburse refund|compensation damages pay|deductible excess liability|appeal object
objection complaint contest|duplicate twice repeat|down offline unreachable|callback webhook hook|package parcel|package shipment|pickup collect collection|
personal private data|gdpr data protection|ai model training|track monitor position location|location place position gps|emblem seal coat-of-arms|
free gratis charge|clear transparent|foreign abroad international|partner twin|barometric pressure|rinse wash clean|clean wash|unclog clear blocked clog|stuck hang
jam blocked|smell odour scent|liquid fluid water|spoil rotten bad|kilometre km mile|temperature degree|percentage percent cent|half 2|quarter 4|
inactive unused abandoned dormant|expire lapse|carry over move|pension retirement|supplier vendor contractor|present gift|deal offer|office workplace|
hotel room accommodation night|receipt expense voucher|interval gap|overwrite replace|preview dry-run|license licence|upgrade update version|release version|
rename name|preserve jam|gherkin cucumber pickle|pie pastry tart|crust pastry dough|loaf bread|scorch burn|curl warp lift bend|offset shift displace|hairs strings|
grease lubricate oil|guarantee warranty|lubrication grease oil|vehicle bike bicycle|biggest largest greatest highest|smallest lowest least|strong powerful
strength|quickly fast speed|drift recede move|ground soil earth crust rock|first earliest oldest|dead died flat|constructed built made|mean average|
registered counted recorded|calibrate adjust correct offset|angle slope steep tilt|sunshine sun solar|charger charging charge|detected recognised found|upper maximum|
`;
const german = `
preis kosten kostet gebuhr zahlen euro miete|kundigen beenden kundigung|erlaubt gestattet darf genehmigung zulassig|verboten untersagt tabu|fahrstuhl aufzug lift|
auto wagen pkw|wohnung zimmer|mull abfall tonne|larm gerausch krach|gaste besuch besucher|haustier tier hund katze|handy telefon|kaputt defekt schaden|kinder kind|
rad fahrrad|arzt doktor|beginn anfang start|ende schluss|geld betrag|wasche waschen waschmaschine|leeren abholung|ubernachten nacht|mail email`;
const spanish = `
precio cuesta coste tarifa euros pagar vale|coche auto vehiculo|aparcar aparcamiento estacionar|prohibido vedado permitido autorizado|permitido admite autorizado|
perro mascota|montana pico cumbre monte|alto alta elevado|camino sendero ruta recorrido|agua fuente|serpiente vibora|muerde mordedura|coger recoger recoleccion|oir
escuchar|dormir pernoctar noche|empieza comienza inicio|acaba termina fin|socorro ayuda auxilio|bomba proyectil explosivo|ninos menores|telefono movil|medico salud`;
const french = `
prix cout tarif payer euro|voiture vehicule auto|interdit defendu autorise|permis autorise|debut commencement|fin terme|supprimer effacer enlever|acheter achat commande|
logement appartement maison|erreur panne probleme|enfant mineur|telephone portable|medecin docteur|billet ticket|annuler resilier|rembourser remboursement`;

/** Stem -> stems of the other words in its groups. */
const relate = (groups: string, language: Language): ReadonlyMap<string, ReadonlySet<string>> => {
  const related = new Map<string, Set<string>>();
  for (const group of groups.split('|')) {
    const stems = group
      .trim()
      .split(/\s+/)
      .map((word) => stem(fold(word), language));
    for (const one of stems) {
      const others = related.get(one) ?? new Set();
      for (const other of stems) if (other !== one) others.add(other);
      related.set(one, others);
    }
  }
  return related;
};
const tables: Partial<Record<Language, ReadonlyMap<string, ReadonlySet<string>>>> = {
  en: relate(english, 'en'),
  de: relate(german, 'de'),
  es: relate(spanish, 'es'),
  fr: relate(french, 'fr'),
};
const none: ReadonlySet<string> = new Set();

/** Stems of other words for the same thing; empty for most. */
export const synonymsOf = (term: string, language: Language): ReadonlySet<string> =>
  tables[language]?.get(term) ?? none;
