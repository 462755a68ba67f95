import * as z from 'zod';
import { resolveValue } from './intrinsics.ts';
import type { Scope } from './scope.ts';
import { type Place, problem } from './template-error.ts';

const operands = z.array(z.unknown());

/**
 * Evaluates the template's `Conditions`, each when it is first asked for.
 * @returns whether the named condition holds; throws a TemplateError when it is missing, circular or of an unknown form
 */
export function resolveConditions(
  conditions: Readonly<Record<string, unknown>>,
  scope: () => Scope,
): (name: string, place: Place) => boolean {
  const known = new Map<string, boolean | 'evaluating'>();

  function holds(name: string, place: Place): boolean {
    const before = known.get(name);
    if (before === 'evaluating') throw problem(place, `condition ${name} depends on itself`);
    if (before !== undefined) return before;
    if (!Object.hasOwn(conditions, name)) throw problem(place, `condition ${name} is not in the template`);
    known.set(name, 'evaluating');
    const value = evaluate(conditions[name], { logicalId: name, path: 'Conditions' });
    known.set(name, value);
    return value;
  }

  function evaluate(expression: unknown, place: Place): boolean {
    const [operator, argument] = Object.entries(expression ?? {})[0] ?? [];
    const nested = () => operands.parse(argument).map((operand) => evaluate(operand, place));
    switch (operator) {
      case 'Condition':
        return holds(String(argument), place);
      case 'Fn::And':
        return nested().every(Boolean);
      case 'Fn::Or':
        return nested().some(Boolean);
      case 'Fn::Not':
        return !nested().some(Boolean);
      case 'Fn::Equals': {
        const [left, right] = operands.parse(argument).map((operand) => resolveValue(operand, place, scope()));
        return String(left) === String(right);
      }
      default:
        throw problem(place, `${operator ?? 'an empty expression'} is not known in conditions`);
    }
  }

  return holds;
}
