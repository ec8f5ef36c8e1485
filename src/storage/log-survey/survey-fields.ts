// Fields of the selected lines with their commonest values. What streams and resources say is counted by their numbers,
// which is cheap and exact; attributes are counted in one pass of bounded memory, over a sample when there are many rows.

import type {
  FieldSurvey,
  FieldSurveyRequest,
  FieldValue,
  SurveyedField,
} from '../../query/log-survey-source.ts';
import { printAttributeText } from '../../model/attributes.ts';
import { compareUtf8 } from '../../model/labels.ts';
import { readBlocks } from '../attributes/read-blocks.ts';
import { metadataName, plainSpellings } from '../logs/structured-metadata.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { sampleOf, selectedLines, type SurveySettings } from './selected-lines.ts';

/** Kinds of senders and levels that are counted apart; beyond, the rarest are left out, and a warning says so. */
const sendersMax = 20_000;
/** Attribute keys that are shown, the commonest first. */
const attributesMax = 100;
/** Values of one key that the counting holds apart; beyond, the counts of the commonest are estimates. */
const heldValues = 2000;
const valueCharactersMax = 1000;

/** The commonest first; of equal ones the order is always the same. */
function byLines(a: FieldValue, b: FieldValue): number {
  return b.lines - a.lines || compareUtf8(a.value, b.value);
}

interface Tally {
  readonly name: string;
  readonly kind: SurveyedField['kind'];
  readonly values: Map<string, number>;
}

/** Values by field, from senders with a number of lines each. */
class Tallies {
  readonly #byName: Map<string, Tally> = new Map();

  add(kind: SurveyedField['kind'], name: string, value: string, lines: number): void {
    if (value === '') return;
    let tally = this.#byName.get(name);
    if (tally === undefined) this.#byName.set(name, (tally = { name, kind, values: new Map() }));
    // A stream's label hides the resource's attribute of its name.
    if (tally.kind === kind) tally.values.set(value, (tally.values.get(value) ?? 0) + lines);
  }

  fields(valuesMax: number): SurveyedField[] {
    return [...this.#byName.values()].map(({ name, kind, values }) => ({
      name,
      kind,
      lines: [...values.values()].reduce((sum, lines) => sum + lines, 0),
      distinct: values.size,
      values: [...values]
        .map(([value, lines]): FieldValue => ({ value, lines }))
        .toSorted(byLines)
        .slice(0, valuesMax),
    }));
  }
}

async function surveySenders(
  { database, catalog }: SurveySettings,
  tenants: readonly string[],
  where: Sql,
  tallies: Tallies,
  signal: AbortSignal,
): Promise<{ readonly lines: number; readonly isCut: boolean }> {
  const statement = sql`SELECT stream_id, resource_id, toString(level) AS level_text, toFloat64(count()) AS amount FROM logs
    WHERE ${where} GROUP BY stream_id, resource_id, level_text ORDER BY amount DESC LIMIT ${sendersMax + 1}`;
  let lines = 0;
  let rows = 0;
  for await (const block of readBlocks(database, statement, { signal })) {
    const streams = block.unsigned64('stream_id');
    const resources = block.unsigned64('resource_id');
    const levels = block.texts('level_text');
    const amounts = block.numbers('amount');
    await catalog.loadStreams(tenants, streams, signal);
    await catalog.loadResources(tenants, resources, signal);
    for (let row = 0; row < block.rows; row++) {
      const amount = amounts[row] ?? 0;
      lines += amount;
      tallies.add('level', 'detected_level', levels.at(row) || 'unknown', amount);
      for (const { name, value } of catalog.streamLabels(streams[row] ?? 0n))
        tallies.add('label', name, value, amount);
      for (const { key, value } of catalog.resource(resources[row] ?? 0n).attributes)
        if (value.kind !== 'map')
          tallies.add('resource', metadataName(key), printAttributeText(value), amount);
    }
    rows += block.rows;
  }
  return { lines, isCut: rows > sendersMax };
}

interface AttributeRow {
  readonly key: string;
  readonly lines: string;
  readonly different: string;
  /** Values and how many lines each has. */
  readonly texts: readonly string[];
  readonly counts: readonly string[];
}

/** The commonest keys of the rows. Asked first, for each key whose values are counted takes some memory. */
async function findKeys(
  { database }: SurveySettings,
  where: Sql,
  only: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isMeant =
    only === undefined
      ? sql`1`
      : sql`replaceRegexpAll(toString(key), '[^a-zA-Z0-9_]', '_') IN (${plainSpellings(only)})`;
  const rows = await database.rows<{ key: string }>(
    sql`SELECT key, count() AS lines FROM logs ARRAY JOIN arrayConcat(mapKeys(attributes_string),
        mapKeys(attributes_int), mapKeys(attributes_double), mapKeys(attributes_bool)) AS key
      WHERE ${where} AND ${isMeant} GROUP BY key ORDER BY lines DESC, key LIMIT ${attributesMax + 1}`,
    { signal },
  );
  return rows.map(({ key }) => key);
}

async function surveyAttributes(
  settings: SurveySettings,
  where: Sql,
  request: FieldSurveyRequest,
  scale: number,
  signal: AbortSignal,
): Promise<{ readonly fields: readonly SurveyedField[]; readonly isCut: boolean }> {
  const { valuesMax, only } = request;
  const found = await findKeys(settings, where, only, signal);
  const keys = found.slice(0, attributesMax);
  const isCut = found.length > attributesMax;
  if (keys.length === 0) return { fields: [], isCut };
  const loadFactor = Math.ceil(heldValues / valuesMax);
  const rows = await settings.database.rows<AttributeRow>(
    sql`SELECT entry.1 AS key, count() AS lines, uniq(entry.2) AS different,
        topK(${valuesMax}, ${loadFactor}, 'counts')(substringUTF8(entry.2, 1, ${valueCharactersMax})) AS common,
        arrayMap(one -> one.1, common) AS texts, arrayMap(one -> one.2, common) AS counts
      FROM logs ARRAY JOIN arrayFilter(pair -> pair.1 IN (${keys}), arrayConcat(
        arrayZip(mapKeys(attributes_string), mapValues(attributes_string)),
        arrayZip(mapKeys(attributes_int), arrayMap(number -> toString(number), mapValues(attributes_int))),
        arrayZip(mapKeys(attributes_double), arrayMap(number -> toString(number), mapValues(attributes_double))),
        arrayZip(mapKeys(attributes_bool), arrayMap(truth -> if(truth, 'true', 'false'), mapValues(attributes_bool)))
      )) AS entry
      WHERE ${where} AND entry.2 != '' GROUP BY key ORDER BY lines DESC, key`,
    { signal },
  );
  const fields = rows.map(({ key, lines, different, texts, counts }): SurveyedField => ({
    name: metadataName(key),
    kind: 'attribute',
    lines: Number(lines) * scale,
    distinct: Number(different),
    values: texts
      .map((value, at) => ({ value, lines: Number(counts[at] ?? 0) * scale }))
      .toSorted(byLines),
  }));
  return { fields, isCut };
}

const noAttributes = { fields: [], isCut: false } as const;

export async function surveyFields(
  settings: SurveySettings,
  request: FieldSurveyRequest,
  signal: AbortSignal,
): Promise<FieldSurvey | undefined> {
  const selected = await selectedLines(settings, request, signal);
  if (selected === undefined) return undefined;
  if (selected === 'empty') return { lines: 0, fields: [], sampled: null, warnings: [] };
  const { tenants, where } = selected;
  const tallies = new Tallies();
  const { lines, isCut } = await surveySenders(settings, tenants, where, tallies, signal);
  const bySender = tallies.fields(request.valuesMax);
  const sample = sampleOf(lines);
  const known = new Set(bySender.map(({ name }) => name));
  const { only } = request;
  const inRows =
    lines === 0 || (only !== undefined && known.has(only))
      ? noAttributes
      : await surveyAttributes(
          settings,
          sql`${where} AND ${sample.condition}`,
          request,
          sample.scale,
          signal,
        );
  const fields = [...bySender, ...inRows.fields.filter(({ name }) => !known.has(name))];
  return {
    lines,
    fields: only === undefined ? fields : fields.filter(({ name }) => name === only),
    sampled: sample.describe(Math.round(lines / sample.scale)),
    warnings: [
      ...(isCut ? [`only the ${sendersMax} commonest combinations of labels were counted`] : []),
      ...(inRows.isCut ? [`only the ${attributesMax} commonest attributes were counted`] : []),
    ],
  };
}
