package irqlab.cpu.linux;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Step;
import irqlab.observe.Counter;
import irqlab.protocol.MemoryMap;
import irqlab.topology.HandlerSpec;

/** The handlers of {@link IrqAction.Driver}. */
final class Handlers {
  /** Bytes of an NVMe completion entry. */
  private static final int ENTRY_BYTES = 16;

  private static final int LINE_BYTES = 64;
  private static final int PHASE_BIT = 48;

  private Handlers() {}

  static Handler of(IrqAction.Driver driver) {
    switch (driver) {
      case COUNT:
        return Handlers::count;
      case DRAIN:
        return Handlers::drain;
      default:
        return Handlers::nvme;
    }
  }

  private static Step count(HandlerRun run, CoreView core, long answer) {
    if (run.at++ > 0) {
      return null;
    }
    core.probe().count(Counter.HANDLER_RUNS);
    long ps = run.action.handler().overheadPs() + run.costPs(core);
    return ps > 0 ? Step.compute(ps) : null;
  }

  // Reads the number of waiting completions, which clears it, until it is 0.
  private static Step drain(HandlerRun run, CoreView core, long answer) {
    HandlerSpec spec = run.action.handler();
    while (true) {
      switch (run.at) {
        case 0:
          core.probe().count(Counter.HANDLER_RUNS);
          run.at = 1;
          long ps = spec.overheadPs() + run.costPs(core);
          if (ps > 0) {
            return Step.compute(ps);
          }
          break;
        case 1:
          run.at = 2;
          return Step.of(Step.Op.MMIO_READ, run.action.registers() + 8L * run.action.entry(), 0);
        default:
          if (answer == 0) {
            if (run.found == 0) {
              core.probe().count(Counter.HANDLER_NONE);
            }
            return null;
          }
          run.found += answer;
          run.at = 1;
          if (spec.drainCostPs() > 0) {
            return Step.compute(spec.drainCostPs() * answer);
          }
          // Without a cost for each, one read is the whole drain.
          return null;
      }
    }
  }

  // DRV-005: consume while the phase bit matches, then one write of the head doorbell.
  private static Step nvme(HandlerRun run, CoreView core, long answer) {
    while (true) {
      switch (run.at) {
        case 0:
          core.probe().count(Counter.HANDLER_RUNS);
          run.at = 1;
          if (run.action.handler().overheadPs() > 0) {
            return Step.compute(run.action.handler().overheadPs());
          }
          break;
        case 1:
          run.at = 2;
          run.foundAtLoad = run.found;
          return Step.of(Step.Op.LOAD_LINE, slotAddress(run) & -LINE_BYTES, 0);
        case 2:
          if (!completed(run, core)) {
            // The line may be as old as its load; only a fresh one says that the queue is empty.
            run.at = run.found > run.foundAtLoad ? 1 : 3;
            break;
          }
          run.found++;
          run.irq.ringHead++;
          if (slotAddress(run) % LINE_BYTES == 0) {
            run.at = 1;
          }
          if (run.action.handler().drainCostPs() > 0) {
            return Step.compute(run.action.handler().drainCostPs());
          }
          break;
        case 3:
          run.at = 5;
          if (run.found == 0) {
            core.probe().count(Counter.HANDLER_NONE);
            return cost(run, core);
          }
          run.at = 4;
          core.probe().count(Counter.DOORBELLS);
          return Step.of(Step.Op.MMIO_WRITE, headDoorbell(run), head(run));
        case 4:
          run.at = 5;
          return cost(run, core);
        default:
          return null;
      }
    }
  }

  private static Step cost(HandlerRun run, CoreView core) {
    long ps = run.costPs(core);
    return ps > 0 ? Step.compute(ps) : null;
  }

  private static boolean completed(HandlerRun run, CoreView core) {
    int word = (int) (slotAddress(run) % LINE_BYTES) / 8 + 1;
    long turn = run.irq.ringHead / run.action.ringEntries();
    long phase = core.line(word) >>> PHASE_BIT & 1;
    // The first turn writes phase 1.
    return phase == 1 - (turn & 1);
  }

  private static long head(HandlerRun run) {
    return run.irq.ringHead % run.action.ringEntries();
  }

  private static long slotAddress(HandlerRun run) {
    return run.action.ring() + head(run) * ENTRY_BYTES;
  }

  private static long headDoorbell(HandlerRun run) {
    return run.action.registers() + MemoryMap.DOORBELLS + 4L * (2L * run.action.entry() + 1);
  }
}
