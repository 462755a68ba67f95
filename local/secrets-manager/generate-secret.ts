import { randomInt } from 'node:crypto';
import * as z from 'zod';
import type { GeneratedSecret } from '../template/plan/secrets.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Makes up a secret by its recipe. @throws Error when the recipe leaves no characters */
export function generateSecret(recipe: GeneratedSecret): string {
  const generated = generatePassword(recipe);
  if (recipe.key === undefined) return generated;
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(recipe.template ?? '{}'));
  return JSON.stringify({ ...template, [recipe.key]: generated });
}

function generatePassword(recipe: GeneratedSecret): string {
  const types = [
    recipe.excludeLowercase ? '' : LOWERCASE,
    recipe.excludeUppercase ? '' : LOWERCASE.toUpperCase(),
    recipe.excludeNumbers ? '' : NUMBERS,
    recipe.excludePunctuation ? '' : PUNCTUATION,
    recipe.includeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !recipe.excludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  const characters = types.flat();
  if (characters.length === 0) throw new Error('The recipe of the secret excludes every character.');
  const required = recipe.requireEachIncludedType ? types.map(pick).slice(0, recipe.length) : [];
  const rest = Array.from({ length: recipe.length - required.length }, () => pick(characters));
  return shuffle([...required, ...rest]).join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

function shuffle(characters: readonly string[]): string[] {
  return characters
    .map((character) => ({ character, rank: randomInt(2 ** 32) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ character }) => character);
}
