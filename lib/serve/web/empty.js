// What it means that there is nothing to show. "None" is said only of time that is known.
import * as format from './format.js';

// `coverage` is the object of the answer, `feed` the state of the last status event.
export function nothingToShow(coverage, feed) {
  if (feed === 'no_database') return ['Database unreachable', 'What is stored can’t be read right now. The page asks again by itself.'];
  if (feed === 'no_schema') return ['Waiting for tables', 'The database has no tables of this release yet: pg-sink makes them.'];
  if (feed === 'no_data' && (coverage?.live_until ?? null) === null) return ['Waiting for first data', 'Nothing of this session has been stored yet.'];
  const closed = feed === 'closed' ? ' The market is closed.' : '';
  switch (coverage?.state) {
    case 'complete':
      return ['None', `No trade matches in this period, and all of its market time is known.${closed}`];
    case 'partial':
      return ['None seen', `${format.percent(coverage.known_share)} of this period’s market time is known; in the rest (${format.plural(coverage.gap_count, 'gap')}) it is unknown whether there were any.${closed}`];
    case 'unknown':
      return ['Unknown', `Nothing was recorded in this period, so there may have been trades.${closed}`];
    default:
      return ['Nothing due yet', feed === 'closed' ? 'The market is closed.' : 'No market time of this period could be known by now.'];
  }
}
