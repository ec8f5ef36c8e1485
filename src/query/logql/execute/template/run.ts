// Runs a parsed Go template over the labels of a line. Every run is bounded: in steps, in depth and in what it prints.

import { Failure } from '../../../../base/errors.ts';
import { templateDepthMax, templateOutputMax, templateStepsMax } from '../../syntax/limits.ts';
import type { Operand, Pipe, Template, TemplateNode } from '../../syntax/template/template-ast.ts';
import { isTemplateFunction } from '../../syntax/template/template-functions.ts';
import { functionEvaluators, type CallContext } from './functions.ts';
import { GoTime } from './go-time.ts';
import {
  isList,
  isMap,
  isTrue,
  printAction,
  sortedKeys,
  templateError,
  typeName,
  type GoValue,
} from './go-values.ts';

/** The labels of the line, by which a template's `.name` is looked up. */
export interface TemplateData extends CallContext {
  label(name: string): string | undefined;
  /** All of them, for templates that take the set as a whole. */
  all(): ReadonlyMap<string, GoValue>;
}

/** Stands for the labels until somebody wants them as a map. */
const labelsDot = Symbol('labels');
type Dot = GoValue | typeof labelsDot;

interface Variable {
  readonly name: string;
  value: Dot;
}

type Flow = 'next' | 'break' | 'continue';
type ControlNode = Extract<
  TemplateNode,
  { readonly pipe: Pipe; readonly body: readonly TemplateNode[] }
>;

class TemplateRun {
  readonly #template: Template;
  readonly #data: TemplateData;
  #output: string = '';
  #steps: number = 0;
  #depth: number = 0;
  #variables: Variable[] = [];

  constructor(template: Template, data: TemplateData) {
    this.#template = template;
    this.#data = data;
  }

  run(): string {
    this.#variables = [{ name: '$', value: labelsDot }];
    this.#nodes(this.#template.nodes, labelsDot);
    return this.#output;
  }

  #step(): void {
    if (++this.#steps > templateStepsMax)
      throw templateError(`template runs more than ${templateStepsMax} steps`);
  }

  #print(text: string): void {
    this.#output += text;
    if (this.#output.length > templateOutputMax)
      throw templateError(`template prints more than ${templateOutputMax} characters`);
  }

  #value(dot: Dot): GoValue {
    return dot === labelsDot ? this.#data.all() : dot;
  }

  #nodes(nodes: readonly TemplateNode[], dot: Dot): Flow {
    for (const node of nodes) {
      this.#step();
      if (node.kind === 'text') this.#print(node.text);
      else if (node.kind === 'action') {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#print(printAction(this.#value(value)));
      } else if (node.kind === 'break' || node.kind === 'continue') return node.kind;
      else if (node.kind === 'template') this.#call(node.name, node.pipe, dot);
      else {
        const flow = this.#control(node, dot);
        if (flow !== 'next') return flow;
      }
    }
    return 'next';
  }

  #call(name: string, pipe: Pipe | undefined, dot: Dot): void {
    const nodes = this.#template.defined.get(name);
    if (nodes === undefined) throw templateError(`template "${name}" not defined`);
    if (++this.#depth > templateDepthMax) throw templateError('exceeded maximum template depth');
    const value = pipe === undefined ? undefined : this.#pipe(pipe, dot);
    const outer = this.#variables;
    this.#variables = [{ name: '$', value }];
    this.#nodes(nodes, value);
    this.#variables = outer;
    this.#depth--;
  }

  #control(node: ControlNode, dot: Dot): Flow {
    const scope = this.#variables.length;
    let flow: Flow = 'next';
    if (node.kind === 'range') flow = this.#range(node, dot);
    else {
      const value = this.#pipe(node.pipe, dot);
      const inner = node.kind === 'with' ? value : dot;
      flow = isTrue(this.#value(value))
        ? this.#nodes(node.body, inner)
        : this.#nodes(node.otherwise, dot);
    }
    this.#variables.length = scope;
    return flow;
  }

  #range(node: ControlNode, dot: Dot): Flow {
    const { variables } = node.pipe;
    const value = this.#value(this.#evaluatePipe(node.pipe, dot));
    const scope = this.#variables.length;
    let ran = false;
    const round = (key: GoValue, item: GoValue): boolean => {
      ran = true;
      this.#step();
      const [first, second] = variables;
      if (second !== undefined) this.#assign(first ?? '', key, node.pipe.assigns);
      const itemName = second ?? first;
      if (itemName !== undefined) this.#assign(itemName, item, node.pipe.assigns);
      const flow = this.#nodes(node.body, item);
      this.#variables.length = scope;
      return flow !== 'break';
    };
    if (isList(value)) {
      for (let at = 0; at < value.length; at++) if (!round(BigInt(at), value[at])) break;
    } else if (isMap(value)) {
      for (const key of sortedKeys(value)) if (!round(key, value.get(key))) break;
    } else if (typeof value === 'bigint') {
      for (let at = 0n; at < value; at++) if (!round(at, at)) break;
    } else if (value !== undefined)
      throw templateError(`range can't iterate over ${typeName(value)}`);
    return ran ? 'next' : this.#nodes(node.otherwise, dot);
  }

  #assign(name: string, value: Dot, existing: boolean): void {
    if (!existing) {
      this.#variables.push({ name, value });
      return;
    }
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable === undefined) throw templateError(`undefined variable: ${name}`);
    variable.value = value;
  }

  #pipe(pipe: Pipe, dot: Dot): Dot {
    const value = this.#evaluatePipe(pipe, dot);
    for (const name of pipe.variables) this.#assign(name, value, pipe.assigns);
    return value;
  }

  #evaluatePipe(pipe: Pipe, dot: Dot): Dot {
    let value: Dot;
    pipe.commands.forEach((command, at) => {
      value = this.#command(command, dot, at === 0 ? [] : [this.#value(value)]);
    });
    return value;
  }

  /** `last` holds what the pipeline gives as the last argument. */
  #command(command: readonly Operand[], dot: Dot, last: readonly GoValue[]): Dot {
    this.#step();
    const [head, ...rest] = command;
    if (head === undefined) return undefined;
    if (head.kind === 'nil') throw templateError('nil is not a command');
    if (head.kind === 'function') return this.#function(head.name, rest, dot, last);
    const path = 'path' in head ? head.path : [];
    if (rest.length + last.length === 0) return this.#operand(head, dot);
    // With arguments the end of the path must be a method.
    const method = path.at(-1);
    if (method === undefined) throw templateError(`can't give argument to non-function`);
    const receiver = this.#value(this.#operand(withPath(head, path.slice(0, -1)), dot));
    const values = [...rest.map((operand) => this.#value(this.#operand(operand, dot))), ...last];
    return callMethod(receiver, method, values);
  }

  #function(name: string, rest: readonly Operand[], dot: Dot, last: readonly GoValue[]): GoValue {
    if (!isTemplateFunction(name)) throw templateError(`"${name}" is not a defined function`);
    const values: GoValue[] = [];
    for (const operand of rest) {
      const value = this.#value(this.#operand(operand, dot));
      values.push(value);
      // `and` and `or` look no further than they must.
      if ((name === 'and' && !isTrue(value)) || (name === 'or' && isTrue(value))) return value;
    }
    values.push(...last);
    try {
      return functionEvaluators[name](values, this.#data);
    } catch (error) {
      throw error instanceof Failure
        ? templateError(`error calling ${name}: ${error.message}`)
        : error;
    }
  }

  #operand(operand: Operand, dot: Dot): Dot {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return undefined;
      case 'string':
      case 'bool':
      case 'int':
      case 'float':
        return operand.value;
      case 'function':
        return this.#function(operand.name, [], dot, []);
      case 'field':
        return this.#fields(dot, operand.path);
      case 'variable': {
        const variable = this.#variables.findLast((candidate) => candidate.name === operand.name);
        if (variable === undefined) throw templateError(`undefined variable: ${operand.name}`);
        return this.#fields(variable.value, operand.path);
      }
      case 'pipe':
        return this.#fields(this.#pipe(operand.pipe, dot), operand.path);
    }
  }

  #fields(start: Dot, path: readonly string[]): Dot {
    let value = start;
    for (const name of path) {
      if (value === labelsDot) value = this.#data.label(name) ?? '';
      else if (isMap(value)) value = value.get(name);
      else if (value instanceof GoTime) value = callMethod(value, name, []);
      else if (value === undefined)
        throw templateError(`nil pointer evaluating interface {}.${name}`);
      else throw templateError(`can't evaluate field ${name} in type ${typeName(value)}`);
    }
    return value;
  }
}

function withPath(operand: Operand, path: readonly string[]): Operand {
  if (operand.kind === 'field')
    return path.length === 0 ? { kind: 'dot' } : { kind: 'field', path };
  if (operand.kind === 'variable' || operand.kind === 'pipe') return { ...operand, path };
  return operand;
}

function callMethod(receiver: GoValue, method: string, values: readonly GoValue[]): GoValue {
  if (!(receiver instanceof GoTime))
    throw templateError(`${method} is not a method but has arguments`);
  if (method === 'Format' && typeof values[0] === 'string') return receiver.format(values[0]);
  if (values.length > 0) throw templateError(`wrong number of args for ${method}`);
  const wall = receiver.wall;
  switch (method) {
    case 'Unix':
      return receiver.unix;
    case 'UnixMilli':
      return receiver.ns / 1_000_000n;
    case 'UnixMicro':
      return receiver.ns / 1_000n;
    case 'UnixNano':
      return receiver.ns;
    case 'UTC':
    case 'Local':
      return new GoTime(receiver.ns);
    case 'String':
      return receiver.toString();
    case 'Year':
      return BigInt(wall.getUTCFullYear());
    case 'Month':
      return receiver.format('January');
    case 'Day':
      return BigInt(wall.getUTCDate());
    case 'Hour':
      return BigInt(wall.getUTCHours());
    case 'Minute':
      return BigInt(wall.getUTCMinutes());
    case 'Second':
      return BigInt(wall.getUTCSeconds());
    case 'Nanosecond':
      return BigInt(receiver.nanosecond);
    case 'YearDay':
      return BigInt(receiver.yearDay);
    case 'Weekday':
      return receiver.format('Monday');
    default:
      throw templateError(`can't evaluate field ${method} in type time.Time`);
  }
}

/** What the template prints; fails with `invalid-data`. */
export function runTemplate(template: Template, data: TemplateData): string {
  return new TemplateRun(template, data).run();
}
