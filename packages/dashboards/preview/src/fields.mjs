import { FieldType, getDisplayProcessor } from '@grafana/data';

/** A field with the configuration that a panel's defaults and overrides give it, and with its way to show values. */
export function configured(field, { defaults, overrides = [] }, theme) {
  const config = structuredClone({ ...defaults, custom: defaults.custom ?? {} });
  if (field.config?.displayName !== undefined) config.displayName = field.config.displayName;
  for (const { matcher, properties } of overrides) {
    if (!matches(matcher, field.name)) continue;
    for (const { id, value } of properties) put(config, id.split('.'), value);
  }
  const done = { ...field, type: field.type ?? FieldType.number, config, state: { ...field.state } };
  done.display = getDisplayProcessor({ field: done, theme });
  return done;
}

function matches({ id, options }, name) {
  if (id === 'byName') return name === options;
  if (id === 'byRegexp') return new RegExp(options.replace(/^\/(.*)\/$/, '$1')).test(name);
  return false;
}

function put(config, [first, ...rest], value) {
  if (rest.length === 0) config[first] = value;
  else put((config[first] ??= {}), rest, value);
}

/** What a series is called: its legend with labels in it, or the labels themselves. */
export function nameOf({ legendFormat }, labels) {
  const own = Object.entries(labels).filter(([name]) => name !== '__name__');
  if (!legendFormat) return `${labels.__name__ ?? ''}{${own.map(([name, value]) => `${name}="${value}"`).join(', ')}}`;
  return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');
}
