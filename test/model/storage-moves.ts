import { isTerminal } from '../../core/domain/lifecycle.ts';
import type { ExportMoves } from './moves.ts';
import type { Export } from './state.ts';

/** Expiry, deletion, and the removal of what attempts have left. */
export function storageMoves(moves: ExportMoves): void {
  if (moves.bounds.removal) {
    expiry(moves);
    deletion(moves);
  }
  leftovers(moves);
}

function expiry(moves: ExportMoves): void {
  const { status, expiryPassed, erased, cleanupDue, sweeping } = moves.export;
  if (status === 'ready' && !expiryPassed)
    moves.chance('its file expires', (e) => {
      e.expiryPassed = true;
    });
  if (status === 'ready' && expiryPassed && !erased && !cleanupDue && sweeping === 'no') {
    moves.progress('the sweeper removes the expired file', (e) => {
      removeAll(e);
      e.sweeping = 'expired';
    });
  }
  if (sweeping !== 'expired') return;
  moves.progress('the sweeper records the expiry', (e) => {
    if (e.status === 'ready') e.status = 'expired';
    e.sweeping = 'no';
  });
  moves.fault('crash', 'the sweeper ends before it records the expiry', (e) => {
    e.sweeping = 'no';
  });
}

function deletion(moves: ExportMoves): void {
  const { status, erased, erasing } = moves.export;
  if (isTerminal(status) && !erased) {
    moves.chance('it is deleted', (e) => {
      e.erased = true;
      e.erasing = true;
      if (moves.rules.deletionIsRepeated) e.cleanupDue = true;
    });
  }
  if (!erasing) return;
  moves.progress('whoever deleted it removes its objects', (e) => {
    removeAll(e);
    e.erasing = false;
  });
  moves.fault('crash', 'whoever deleted it does not get to its objects', (e) => {
    e.erasing = false;
  });
}

/**
 * List, remove, mark. A worker stops within a lease of losing its claim, and the sweeper waits that long after the ending; here it waits
 * for the workers themselves. (One that is paused for longer and killed before its next step leaves its objects to the bucket's own
 * lifecycle rules.)
 */
function leftovers(moves: ExportMoves): void {
  const { export: current, rules } = moves;
  const { status, cleanupDue, sweeping, erased, workers } = current;
  const haveNoticed = workers.every(({ phase }) => phase === 'starting' || phase === 'claiming');
  if (
    sweeping === 'no' &&
    cleanupDue &&
    isTerminal(status) &&
    rules.removesLeftovers &&
    (haveNoticed || !rules.removalWaits)
  ) {
    moves.progress('the sweeper lists what is left', (e) => {
      e.sweeping = 'listed';
      e.sweptErased = erased;
      e.sweptObjects = e.objects.map(({ key }) => key);
      e.sweptUploads = [...e.uploads];
    });
  }
  if (sweeping === 'listed') {
    moves.progress('the sweeper removes what it has listed', (e) => {
      const published = e.sweptErased || !rules.removalSparesPublished ? 0 : e.file;
      e.objects = e.objects.filter(({ key }) => key === published || !e.sweptObjects.includes(key));
      e.uploads = e.uploads.filter((claim) => !e.sweptUploads.includes(claim));
      e.sweeping = 'removed';
      forget(e);
    });
  }
  if (sweeping === 'removed') {
    moves.progress('the sweeper marks the export as cleaned up', (e) => {
      if (!rules.marksOnlyWhatItSaw || e.sweptErased === e.erased) e.cleanupDue = false;
      e.sweptErased = false;
      e.sweeping = 'no';
    });
  }
  if (sweeping === 'listed' || sweeping === 'removed') {
    moves.fault('crash', 'the sweeper ends in between', (e) => {
      e.sweptErased = false;
      e.sweeping = 'no';
      forget(e);
    });
  }
}

function forget(e: Export): void {
  e.sweptObjects = [];
  e.sweptUploads = [];
}

function removeAll(e: Export): void {
  e.objects = [];
}
