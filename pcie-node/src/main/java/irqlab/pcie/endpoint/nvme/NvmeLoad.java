package irqlab.pcie.endpoint.nvme;

import irqlab.observe.Counter;
import irqlab.pcie.endpoint.EndpointContext;
import irqlab.protocol.ArrivalLaw;
import irqlab.protocol.Arrivals;
import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** The loads that the outside world put on each queue of a controller. */
final class NvmeLoad {
  private final Arrivals[] arrivals;
  private final long[] alarm;
  private final boolean[] closedLoop;
  // Commands that a closed loop may still submit, or -1 for no end.
  private final long[] left;
  private final int[] lastCommand;

  NvmeLoad(int queues) {
    arrivals = new Arrivals[queues];
    alarm = new long[queues];
    closedLoop = new boolean[queues];
    left = new long[queues];
    lastCommand = new int[queues];
    for (int queue = 0; queue < queues; queue++) {
      arrivals[queue] = new Arrivals();
    }
  }

  void command(
      EndpointMessage.Command command, EndpointContext context, NvmeController controller) {
    int queue = command.entry();
    int least = command.what() == EndpointCommands.STOP_LOAD ? -1 : 0;
    if (queue < least || queue >= arrivals.length) {
      context.count(Counter.BAD_ACCESS);
      return;
    }
    switch (command.what()) {
      case EndpointCommands.RAISE:
        controller.raise(queue, command.a() == 0 ? context.nowPs() : command.a(), context);
        break;
      case EndpointCommands.START_LOAD:
        stop(queue, context);
        start(queue, ArrivalLaw.decoded(command), context, controller);
        break;
      case EndpointCommands.STOP_LOAD:
        for (int each = 0; each < arrivals.length; each++) {
          if (queue < 0 || queue == each) {
            stop(each, context);
          }
        }
        break;
      default:
        context.count(Counter.BAD_ACCESS);
        break;
    }
  }

  private void start(
      int queue, ArrivalLaw law, EndpointContext context, NvmeController controller) {
    if (law.kind() == ArrivalLaw.Kind.QUEUE_DEPTH) {
      closedLoop[queue] = true;
      left[queue] = law.count();
      controller.submitUnfetched(queue, law.a(), context);
    } else {
      arrivals[queue].start(law, context.nowPs(), context.rng());
      controller.arrive(queue, context);
    }
  }

  void stop(int queue, EndpointContext context) {
    closedLoop[queue] = false;
    arrivals[queue].stop();
    context.cancel(alarm[queue]);
    alarm[queue] = 0;
  }

  boolean closedLoop(int queue) {
    return closedLoop[queue];
  }

  /** Takes so many commands of a closed loop, or as many as there are left. */
  long take(int queue, long wanted) {
    if (left[queue] < 0) {
      return wanted;
    }
    long taken = Math.min(wanted, left[queue]);
    left[queue] -= taken;
    return taken;
  }

  int nextCommand(int queue) {
    return ++lastCommand[queue];
  }

  /** Takes an arrival that is due, see {@link Arrivals#take}. */
  long take(int queue, long nowPs, long takenPs, EndpointContext context) {
    return arrivals[queue].take(nowPs, takenPs, context.rng());
  }

  /** Sets the alarm of the next arrival. */
  void await(int queue, long nowPs, int what, EndpointContext context) {
    Arrivals source = arrivals[queue];
    alarm[queue] =
        source.nextPs() == Arrivals.NEVER ? 0 : context.alarm(source.waitPs(nowPs), what, queue);
  }

  /** Lets the next arrival wait until the queue has room; it keeps its intended time. */
  void hold(int queue) {
    alarm[queue] = 0;
  }

  /** Whether an arrival waits for room. */
  boolean held(int queue) {
    return alarm[queue] == 0 && arrivals[queue].nextPs() != Arrivals.NEVER;
  }

  void save(StateWriter out) {
    for (int queue = 0; queue < arrivals.length; queue++) {
      arrivals[queue].save(out);
      out.putLong(alarm[queue]);
      out.putBoolean(closedLoop[queue]);
      out.putLong(left[queue]);
      out.putInt(lastCommand[queue]);
    }
  }

  void load(StateReader in) {
    for (int queue = 0; queue < arrivals.length; queue++) {
      arrivals[queue].load(in);
      alarm[queue] = in.getLong();
      closedLoop[queue] = in.getBoolean();
      left[queue] = in.getLong();
      lastCommand[queue] = in.getInt();
    }
  }
}
