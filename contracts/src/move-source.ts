/**
 * A scanner for Move source text that knows just enough to find attributes, functions, constants
 * and imports outside of comments and strings.
 */

/** An attribute list such as `#[test, expected_failure(abort_code = 1)]`. */
export interface AttributeList {
  /** Offset of `#`. */
  readonly start: number;
  /** Offset after `]`. */
  readonly end: number;
  /** The attributes without surrounding blanks. */
  readonly items: readonly string[];
}

/**
 * Overwrites comments and the contents of string literals with blanks. Offsets and line breaks
 * stay as they are.
 */
export function blankOut(source: string): string {
  const out = source.split('');
  let at = 0;
  const blank = (until: number): void => {
    for (; at < until; at++) if (out[at] !== '\n') out[at] = ' ';
  };
  while (at < source.length) {
    if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at);
      blank(end < 0 ? source.length : end);
    } else if (source.startsWith('/*', at)) {
      let depth = 0;
      let end = at;
      do {
        if (source.startsWith('/*', end)) {
          depth++;
          end += 2;
        } else if (source.startsWith('*/', end)) {
          depth--;
          end += 2;
        } else end++;
      } while (depth > 0 && end < source.length);
      blank(end);
    } else if (source[at] === '"') {
      let end = at + 1;
      while (end < source.length && source[end] !== '"') end += source[end] === '\\' ? 2 : 1;
      at++;
      blank(Math.min(end, source.length));
      at++;
    } else at++;
  }
  return out.join('');
}

/** Finds all attribute lists in text that went through {@link blankOut}. */
export function findAttributes(code: string): AttributeList[] {
  const found: AttributeList[] = [];
  for (let start = code.indexOf('#['); start >= 0; start = code.indexOf('#[', start + 2)) {
    const items: string[] = [];
    let depth = 0;
    let itemStart = start + 2;
    let end = start + 2;
    for (; end < code.length; end++) {
      const char = code[end];
      if (char === ']' && depth === 0) break;
      if (char === '(' || char === '[') depth++;
      else if (char === ')' || char === ']') depth--;
      else if (char === ',' && depth === 0) {
        items.push(code.slice(itemStart, end).trim());
        itemStart = end + 1;
      }
    }
    items.push(code.slice(itemStart, end).trim());
    found.push({ start, end: end + 1, items: items.filter((item) => item !== '') });
  }
  return found;
}

/** Name of an attribute: `expected_failure` of `expected_failure(abort_code = 1)`. */
export function attributeName(item: string): string {
  return /^\w+/.exec(item)?.[0] ?? item;
}

/**
 * Replaces attribute lists of a source text, keeping the number of lines.
 *
 * @param source - the text itself; comments stay
 * @param replace - gives the new attributes of a list; none removes the list
 */
export function rewriteAttributes(
  source: string,
  replace: (list: AttributeList) => readonly string[],
): string {
  let text = '';
  let at = 0;
  for (const list of findAttributes(blankOut(source))) {
    const items = replace(list);
    const old = source.slice(list.start, list.end);
    const isSame = items.length === list.items.length && items.every((x, i) => x === list.items[i]);
    // Attributes with strings were blanked out, so an unchanged list must be taken as it was.
    const lines = '\n'.repeat(old.split('\n').length - 1);
    const next = items.length === 0 ? lines : `#[${items.join(', ')}]${lines}`;
    text += source.slice(at, list.start) + (isSame ? old : next);
    at = list.end;
  }
  return text + source.slice(at);
}

/** A function that attributes stand before, with all of them. */
export interface AttributedFunction {
  /** Name of the module it is in. */
  readonly module: string;
  readonly name: string;
  /** Whether there are parameters. */
  readonly hasParameters: boolean;
  readonly attributes: readonly string[];
  /** Offsets of the attribute lists. */
  readonly attributeStarts: readonly number[];
}

/** Finds the functions that have attributes. `code` went through {@link blankOut}. */
export function findAttributedFunctions(code: string): AttributedFunction[] {
  const modules = findModules(code);
  const functions: AttributedFunction[] = [];
  let pending: string[] = [];
  let starts: number[] = [];
  for (const attribute of findAttributes(code)) {
    pending.push(...attribute.items);
    starts.push(attribute.start);
    const rest = code.slice(attribute.end);
    if (/^\s*#\[/.test(rest)) continue;
    const header =
      /^\s*(?:public\s*(?:\([^)]*\))?\s+|entry\s+|native\s+|macro\s+)*fun\s+(\w+)\s*(?:<[^(]*>)?\s*\(\s*(\))?/.exec(
        rest,
      );
    if (header !== null) {
      functions.push({
        module: moduleAt(modules, attribute.start),
        name: header[1] ?? '',
        hasParameters: header[2] === undefined,
        attributes: pending,
        attributeStarts: starts,
      });
    }
    pending = [];
    starts = [];
  }
  return functions;
}

/** A module declaration and where it begins. */
export interface ModuleDeclaration {
  readonly name: string;
  readonly start: number;
}

/** Finds the module declarations in text that went through {@link blankOut}. */
export function findModules(code: string): ModuleDeclaration[] {
  return [...code.matchAll(/\bmodule\s+\w+::(\w+)/g)].map((match) => ({
    name: match[1] ?? '',
    start: match.index,
  }));
}

/** Name of the module that an offset lies in. */
export function moduleAt(modules: readonly ModuleDeclaration[], offset: number): string {
  return modules.findLast(({ start }) => start <= offset)?.name ?? modules[0]?.name ?? '';
}
