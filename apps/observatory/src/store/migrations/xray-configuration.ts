/** Sampling rules, groups and sampling statistics of X-Ray. */
export const xrayConfiguration = `
  CREATE TABLE sampling_rules (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE xray_settings (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE trace_groups (
    name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sampling_statistics (
    window_s INTEGER NOT NULL,
    rule TEXT NOT NULL,
    requests INTEGER NOT NULL,
    borrowed INTEGER NOT NULL,
    sampled INTEGER NOT NULL,
    PRIMARY KEY (window_s, rule)
  ) STRICT, WITHOUT ROWID;
`;
