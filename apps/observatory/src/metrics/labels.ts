import type { Series } from './math/value.ts';

/** What a label can tell of the metric behind it; an expression has none. */
export interface LabelProperties {
  [property: string]: string;
}

const DYNAMIC = /\$\{\s*(?:PROP\(\s*['"]([^'"]*)['"]\s*\)|(\w+))\s*\}/g;

/**
 * Fills the dynamic parts of a label: `${MAX}`, `${LAST}`, `${PROP('Dim.service')}` … What is not known stays as it is.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 */
export function fillLabel(label: string, series: Series, properties: LabelProperties): string {
  if (!label.includes('${')) return label;
  return label.replaceAll(DYNAMIC, (whole, property: string | undefined, name: string | undefined) => {
    if (property !== undefined) return Object.hasOwn(properties, property) ? (properties[property] ?? '') : whole;
    return tell(name ?? '', series) ?? whole;
  });
}

function tell(name: string, { label, points }: Series): string | undefined {
  const values = [...points.values()];
  const times = [...points.keys()];
  const sum = values.reduce((a, b) => a + b, 0);
  switch (name) {
    case 'LABEL':
      return label;
    case 'DATAPOINT_COUNT':
      return String(values.length);
    case 'SUM':
      return shown(values.length > 0 ? sum : undefined);
    case 'AVG':
      return shown(values.length > 0 ? sum / values.length : undefined);
    case 'MIN':
      return shown(values.reduce<number | undefined>((a, b) => Math.min(a ?? b, b), undefined));
    case 'MAX':
      return shown(values.reduce<number | undefined>((a, b) => Math.max(a ?? b, b), undefined));
    case 'FIRST':
      return shown(values[0]);
    case 'LAST':
      return shown(values.at(-1));
    case 'FIRST_TIME':
      return times[0] === undefined ? '-' : new Date(times[0] * 1000).toISOString();
    case 'LAST_TIME':
      return times[0] === undefined ? '-' : new Date((times.at(-1) ?? 0) * 1000).toISOString();
    default:
      return undefined;
  }
}

const shown = (value: number | undefined) => (value === undefined ? '-' : String(Number(value.toPrecision(6))));
