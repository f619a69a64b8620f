package irqlab.pcie.root;

import irqlab.protocol.PostedAttributes;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the order of posted writes where memory is farther away than a local APIC: an interrupt
 * message is held until the earlier writes of its requester and traffic class are visible in memory
 * (PCI-004, PCI-007), and so is an INTx message, and a read completion until all earlier writes are
 * (PCI-005).
 *
 * <p>Later writes are not held behind an earlier interrupt message: once handed to the interrupt
 * fabric it is ordered, although it may still travel.
 *
 * <p>A stream is (function, traffic class). Each stream has its own queue, so functions do not wait
 * for each other (PCI-008).
 */
final class OrderPoint {
  /** The stream of requesters that are no PCIe function, such as an IO-APIC: never held. */
  static final int NO_STREAM = -1;

  private static final int CLASSES = 8;

  // By bus, then device and function: place of the function, or -1. Buses without any are null.
  private final int[][] functionOf = new int[256][];
  private final int reads;
  private final long memoryPs;
  private final long[] visiblePs;
  private final long[] lastDuePs;
  private final int[] heldCount;
  private final List<Held> held = new ArrayList<>();

  /** A message that waits for its turn. */
  private record Held(int stream, RootComplexMessage message) {}

  /**
   * An order point for these functions.
   *
   * @param requesters 16 bits each; of equal ones the first counts
   * @param memoryPs how long a write takes to memory
   */
  OrderPoint(int[] requesters, long memoryPs) {
    this.memoryPs = memoryPs;
    for (int function = requesters.length - 1; function >= 0; function--) {
      int bus = requesters[function] >>> 8 & 0xFF;
      if (functionOf[bus] == null) {
        functionOf[bus] = new int[256];
        java.util.Arrays.fill(functionOf[bus], -1);
      }
      functionOf[bus][requesters[function] & 0xFF] = function;
    }
    reads = requesters.length * CLASSES;
    visiblePs = new long[reads + 1];
    lastDuePs = new long[reads + 1];
    heldCount = new int[reads + 1];
  }

  /** The place of the function with this requester ID, or -1. */
  int function(int requester) {
    int[] bus = functionOf[requester >>> 8 & 0xFF];
    return bus == null ? -1 : bus[requester & 0xFF];
  }

  /** The stream of a posted write, or {@link #NO_STREAM}. */
  int stream(int requester, int attributes) {
    int function = function(requester);
    return function < 0
        ? NO_STREAM
        : function * CLASSES + PostedAttributes.trafficClass(attributes);
  }

  /** The stream of read completions towards cores. */
  int reads() {
    return reads;
  }

  /** A write to memory leaves now. */
  void wrote(int stream, long nowPs) {
    long visible = nowPs + memoryPs;
    if (stream != NO_STREAM) {
      visiblePs[stream] = visible;
    }
    visiblePs[reads] = visible;
  }

  /**
   * Whether a message that would be seen after {@code latencyPs} must wait.
   *
   * @param stream its stream, or {@link #NO_STREAM}
   */
  boolean mustHold(int stream, long nowPs, long latencyPs) {
    return stream != NO_STREAM && (visiblePs[stream] > nowPs + latencyPs || heldCount[stream] != 0);
  }

  /** Takes a message that must wait and sets the alarm that ends its wait. */
  void hold(int stream, long latencyPs, RootComplexMessage message, Io<RootComplexMessage> io) {
    long due = Math.max(visiblePs[stream] - latencyPs, io.nowPs() + 1);
    due = Math.max(due, lastDuePs[stream]);
    lastDuePs[stream] = due;
    heldCount[stream]++;
    held.add(new Held(stream, message));
    io.alarm(due - io.nowPs(), new RootComplexMessage.Alarm(RootComplex.RELEASE, stream));
  }

  /** The message of this stream that has waited longest; each alarm releases one. */
  RootComplexMessage release(int stream) {
    for (int i = 0; i < held.size(); i++) {
      if (held.get(i).stream() == stream) {
        heldCount[stream]--;
        return held.remove(i).message();
      }
    }
    throw new IllegalStateException("stream=" + stream + " holds nothing");
  }

  void save(StateWriter out) {
    out.putLongs(visiblePs);
    out.putLongs(lastDuePs);
    out.putInt(held.size());
    for (Held each : held) {
      out.putInt(each.stream());
      out.putMessage(each.message());
    }
  }

  void load(StateReader in) {
    System.arraycopy(in.getLongs(), 0, visiblePs, 0, visiblePs.length);
    System.arraycopy(in.getLongs(), 0, lastDuePs, 0, lastDuePs.length);
    held.clear();
    java.util.Arrays.fill(heldCount, 0);
    for (int left = in.count(6); left > 0; left--) {
      Held each = new Held(in.getInt(), (RootComplexMessage) in.getMessage());
      held.add(each);
      heldCount[each.stream()]++;
    }
  }

  void inspect(Inspector out) {
    out.value("held", held.size());
    for (Held each : held) {
      if (each.message().interruptId() != 0) {
        out.pending(each.message().interruptId(), "order point");
      }
    }
  }
}
