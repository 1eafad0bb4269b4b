import { DEMO_ADMIN } from './admin.ts';
import type { Random } from './random.ts';

export type Country = 'Sweden' | 'Germany' | 'Denmark' | 'Norway' | 'Finland' | 'Netherlands' | 'Poland';
export type Gender = 'Woman' | 'Man';

/** A name, and its form in an email address. */
type Name = { firstName: string; lastName: string; mailbox: string };

type Pool = Record<Gender | 'last', readonly string[]>;

const words = (text: string): string[] => text.split(' ');

const POOLS: Record<Country, Pool> = {
  Sweden: {
    Woman: words(
      'Anna Åsa Märta Linnéa Elin Sofia Ebba Maja Ingrid Kerstin Malin Helena Frida Ylva Moa Hanna Emelie Gunilla Birgitta Annika Jenny Ida Agneta Viktoria Sara Wilma Desirée Fatima Amina Zeynep Anna-Karin Eva-Lena',
    ),
    Man: words(
      'Lars Åke Göran Björn Erik Oskar Mårten Jonas Fredrik Håkan Nils Sören Gustav Anders Pär Magnus Emil Axel Viktor Johan Mattias Henrik Daniel Rasmus Elias Mohammed Ali Darko Filip Tobias Bengt Rolf Karl-Johan',
    ),
    last: words(
      'Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jönsson Lindström Åkesson Öberg Sjögren Bergström Lundqvist Hägglund Åström Sandström Björklund Nyström Holmström Ekström Engström Forsberg Söderberg Löfgren Blomqvist Hellström Norén Wikström Östlund Ahmadi Hassan Jovanović Demir Lindén Nordin Hallgren Dahlén Wallin Falk Möller',
    ),
  },
  Germany: {
    Woman: words(
      'Anja Bärbel Claudia Käthe Monika Jutta Sabine Heike Katrin Ursula Franziska Lena Johanna Marlene Ulrike Jana Greta Annegret Nina Elif Aylin Theresa Birgit Svenja',
    ),
    Man: words(
      'Jürgen Günter Jörg Lukas Felix Matthias Klaus Uwe Stefan Björn Torsten Maximilian Jonas Sören Wolfgang Rüdiger Florian Götz Dieter Mehmet Emre Andreas Holger Hans-Peter',
    ),
    last: words(
      'Müller Schmidt Schneider Weiß Groß Krüger Schröder Köhler König Schäfer Böhm Jäger Voß Strauß Kühn Fuchs Vogel Keller Günther Lange Häußler Schütz Bäcker Preuß Löwe Winkler Kaiser Lindner Förster Hoffmann Öztürk Kaya Bauer Zöllner',
    ),
  },
  Denmark: {
    Woman: words('Mette Kirsten Søs Signe Camilla Freja Astrid Lærke'),
    Man: words('Søren Jørgen Lars Mads Bjørn Kasper Niels Anders'),
    last: words('Jensen Nielsen Sørensen Møller Kjær Nørgaard Østergaard Bæk Rasmussen Holm'),
  },
  Norway: {
    Woman: words('Ingrid Solveig Marit Åse Kari Silje Tone Hege'),
    Man: words('Håkon Bjørn Øyvind Sindre Trond Kjell Espen Gaute'),
    last: words('Hansen Bakke Bråten Ødegård Solberg Haugen Nygård Strøm Lie Moen'),
  },
  Finland: {
    Woman: words('Päivi Aino Riikka Satu Hannele Katja Tuuli'),
    Man: words('Mikko Jyrki Väinö Antti Pekka Heikki Juha'),
    last: words('Mäkinen Virtanen Hämäläinen Korhonen Järvinen Lehtonen Söderholm Niemi'),
  },
  Netherlands: {
    Woman: words('Femke Anouk Sanne Marieke Lotte Maaike'),
    Man: words('Joost Sander Daan Jeroen Bram Thijs'),
    last: ['de Vries', 'van den Berg', 'Bakker', 'Visser', 'Smit', "van 't Hof", 'Jansen', 'Meijer'],
  },
  Poland: {
    Woman: words('Agnieszka Małgorzata Zofia Katarzyna Joanna'),
    Man: words('Paweł Łukasz Michał Tomasz Grzegorz'),
    last: words('Wójcik Kowalczyk Nowak Wróbel Mazur Kaczmarek Głąb Pająk'),
  },
};

/** Returns names that were not used before. Throws if a country has none left. */
export function nameGiver(random: Random): (country: Country, gender: Gender) => Name {
  const taken = new Set([mailboxOf(DEMO_ADMIN.firstName, DEMO_ADMIN.lastName, 'Sweden')]);
  return (country, gender) => {
    // No group takes more than a third of its names, so a hundred tries without a free one mean a mistake in the pools.
    for (let tries = 0; tries < 100; tries++) {
      const firstName = random.pick(POOLS[country][gender]);
      const lastName = random.pick(POOLS[country].last);
      const mailbox = mailboxOf(firstName, lastName, country);
      if (taken.has(mailbox)) continue;
      taken.add(mailbox);
      return { firstName, lastName, mailbox };
    }
    throw new Error(`No name is left for another person in ${country}`);
  };
}

/** The spelling of each country's letters in an address: ü is `ue` in Germany and `u` elsewhere. */
const IN_GERMANY: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue' };
const EVERYWHERE: Record<string, string> = { ß: 'ss', ø: 'o', æ: 'ae', ł: 'l' };

function mailboxOf(firstName: string, lastName: string, country: Country): string {
  const name = `${firstName}.${lastName}`.toLowerCase();
  const letters = country === 'Germany' ? { ...EVERYWHERE, ...IN_GERMANY } : EVERYWHERE;
  const replaced = name.replace(/[^a-z.-]/g, (letter) => letters[letter] ?? letter);
  return replaced.normalize('NFD').replace(/[^a-z.-]/g, '');
}
