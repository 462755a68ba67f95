/** A metric math expression, parsed. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly parameters: readonly Expression[] };

/** Operators from the weakest to the strongest; those of one line bind alike, from left to right. */
const PRECEDENCE = [
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
] as const;

export type Operator = (typeof PRECEDENCE)[number][number];

/** How many parameters each function takes, at least and at most. */
const FUNCTIONS = {
  ABS: [1, 1],
  AVG: [1, 1],
  FILL: [2, 2],
  IF: [2, 3],
  MAX: [1, 1],
  METRICS: [0, 1],
  MIN: [1, 1],
  RATE: [1, 1],
  SERVICE_QUOTA: [1, 1],
  SUM: [1, 1],
} as const satisfies Record<string, readonly [number, number]>;

export type FunctionName = keyof typeof FUNCTIONS;

/** What FILL may fill with besides a value. */
const WORDS = ['REPEAT', 'LINEAR'];

/** Thrown for an expression that is malformed, or that has an operator or a function that is not known here. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|"([^"]*)"|([A-Za-z][A-Za-z0-9_]*)|(==|!=|<=|>=|[-+*/<>()[\],]))/y;

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
}

/**
 * Parses metric math.
 * @throws ExpressionError
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text));
  const expression = parser.expression();
  parser.expect('end', '');
  return expression;
}

/** The ids of metrics and expressions that an expression names. */
export function idsIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'id':
      return [expression.id];
    case 'list':
      return expression.items.flatMap(idsIn);
    case 'negate':
      return idsIn(expression.operand);
    case 'binary':
      return [...idsIn(expression.left), ...idsIn(expression.right)];
    case 'call':
      return expression.parameters.flatMap(idsIn);
    default:
      return [];
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const start = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (found === null) throw new ExpressionError(`not known here: ${source.slice(start).trim()}`);
    const [, number, quoted, name, sign = ''] = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else tokens.push(name === undefined ? { kind: 'sign', text: sign } : { kind: 'name', text: name });
  }
  return tokens;
}

const END: Token = { kind: 'end', text: '' };

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(level = 0): Expression {
    const operators: readonly string[] | undefined = PRECEDENCE[level];
    if (operators === undefined) return this.#unary();
    let left = this.expression(level + 1);
    while (this.#next.kind === 'sign' && operators.includes(this.#next.text)) {
      const operator = this.#take().text as Operator;
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
    return left;
  }

  expect(kind: Token['kind'], text: string): void {
    const token = this.#take();
    if (token.kind !== kind || token.text !== text) {
      throw new ExpressionError(`"${token.text || 'the end'}" where ${text || 'the end'} should be`);
    }
  }

  get #next(): Token {
    return this.#tokens[this.#position] ?? END;
  }

  #take(): Token {
    const token = this.#next;
    this.#position += 1;
    return token;
  }

  #takesSign(text: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.text !== text) return false;
    this.#position += 1;
    return true;
  }

  #unary(): Expression {
    return this.#takesSign('-') ? { kind: 'negate', operand: this.#unary() } : this.#primary();
  }

  #primary(): Expression {
    const token = this.#take();
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '[') return { kind: 'list', items: this.#list(']') };
    if (token.text !== '(') throw new ExpressionError(`"${token.text || 'the end'}" where a value should be`);
    const inner = this.expression();
    this.expect('sign', ')');
    return inner;
  }

  #named(name: string): Expression {
    if (this.#takesSign('(')) return this.#call(name, this.#list(')'));
    if (WORDS.includes(name)) return { kind: 'word', word: name };
    // Ids begin with a small letter; words such as AND do not.
    if (!/^[a-z]/.test(name)) throw new ExpressionError(`${name} is not known here`);
    return { kind: 'id', id: name };
  }

  #call(name: string, parameters: readonly Expression[]): Expression {
    if (!isFunction(name)) throw new ExpressionError(`function ${name} is not known here`);
    const [least, most] = FUNCTIONS[name];
    if (parameters.length < least || parameters.length > most) {
      throw new ExpressionError(`${name} takes ${least} to ${most} parameters, not ${parameters.length}`);
    }
    if (name === 'SERVICE_QUOTA' && parameters[0]?.kind !== 'id') {
      throw new ExpressionError('SERVICE_QUOTA takes the id of a metric');
    }
    return { kind: 'call', name, parameters };
  }

  #list(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#takesSign(close)) return items;
    do items.push(this.expression());
    while (this.#takesSign(','));
    this.expect('sign', close);
    return items;
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}
