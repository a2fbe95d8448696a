import { season } from '@throughline/contracts';

/** Hands out the seats of an event, section by section, each once. */
export function seatPicker(event: string): (count: number) => string[] {
  const seats = season
    .filter(({ id }) => id === event)
    .flatMap(({ sections }) => sections)
    .flatMap(({ section, rows, seats_per_row }) =>
      Array.from({ length: rows * seats_per_row }, (_, index) => {
        const row = Math.floor(index / seats_per_row) + 1;
        return `${section}-${row}-${(index % seats_per_row) + 1}`;
      }),
    );
  let next = 0;
  return (count) => {
    const picked = seats.slice(next, next + count);
    if (picked.length < count) throw new Error(`${event} has no ${count} seats more`);
    next += count;
    return picked;
  };
}
