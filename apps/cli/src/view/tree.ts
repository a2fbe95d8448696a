import type { Line, Piece } from './paint.ts';
import { columns } from './text.ts';

export interface Tree {
  readonly label: readonly Piece[];
  readonly children: readonly Tree[];
}

const widthOf = (line: Line): number => line.reduce((sum, [text]) => sum + columns(text), 0);

/** A tree from left to right, or from top to bottom where that is wider than the screen. */
export function layTree(tree: Tree, width: number): Line[] {
  const sideways = across(tree);
  return sideways.every((line) => widthOf(line) <= width) ? sideways : [tree.label, ...down(tree, '')];
}

function across({ label, children }: Tree): Line[] {
  if (children.length === 0) return [label];
  const space = ' '.repeat(widthOf(label));
  return children.flatMap((child, index) => {
    const last = index === children.length - 1;
    const [head = [], ...rest] = across(child);
    const joint = index > 0 ? (last ? '  └─ ' : '  ├─ ') : last ? ' ─── ' : ' ─┬─ ';
    return [
      [...(index === 0 ? label : [[space] as const]), [joint, 'dim'] as const, ...head],
      ...rest.map((line): Line => [[space], [last ? '     ' : '  │  ', 'dim'], ...line]),
    ];
  });
}

function down({ children }: Tree, guide: string): Line[] {
  return children.flatMap((child, index): Line[] => {
    const last = index === children.length - 1;
    return [
      [[`${guide}${last ? '└─ ' : '├─ '}`, 'dim'], ...child.label],
      ...down(child, `${guide}${last ? '   ' : '│  '}`),
    ];
  });
}
