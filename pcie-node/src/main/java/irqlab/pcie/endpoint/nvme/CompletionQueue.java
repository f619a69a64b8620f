package irqlab.pcie.endpoint.nvme;

import irqlab.pcie.endpoint.EndpointContext;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * A completion queue in host memory, as the controller sees it, and the completions that wait for
 * room in it.
 *
 * <pre>
 * entry  +0   result of the command          +4  0
 *        +8   submission queue head 15:0, id 31:16
 *        +12  command id 15:0, phase 16, status 31:17
 * </pre>
 *
 * <p>The controller writes the second word last, so an entry whose phase bit is new is whole. The
 * first word is left out when it would write the zero that it wrote there before, or that the
 * driver, who must clear the queue before use, put there.
 */
final class CompletionQueue {
  private static final int WAITING_MAX = 4096;

  final int id;
  final int vector;
  final boolean interrupts;
  final int entries;
  private final long base;
  private final long[] resultWritten;
  private int tail;
  private int head;
  private boolean phase = true;
  // Completions that found the queue full: word 0, word 1 without head and phase, intended time.
  private long[] waiting = new long[3 * 16];
  private int waitingFirst;
  private int waitingCount;
  private int waitingHighest;

  // Coalescing: completions since the last interrupt, the first one's time, its alarm.
  int held;
  long heldSincePs;
  long heldAlarm;

  CompletionQueue(int id, long base, int entries, int vector, boolean interrupts) {
    this.id = id;
    this.base = base;
    this.entries = entries;
    this.vector = vector;
    this.interrupts = interrupts;
    resultWritten = new long[(entries + 63) / 64];
  }

  boolean full() {
    return next(tail) == head;
  }

  /** Whether software has consumed all that was posted. */
  boolean empty() {
    return tail == head;
  }

  int waiting() {
    return waitingCount;
  }

  /** Whether so many wait that arrivals of a load do too: a device has no room without end. */
  boolean crowded() {
    return waitingCount >= WAITING_MAX;
  }

  private int next(int index) {
    return index + 1 == entries ? 0 : index + 1;
  }

  /**
   * Writes an entry to host memory. Only when not full.
   *
   * @param result dword 0
   * @param word the second word without its phase
   */
  void post(long result, long word, EndpointContext context) {
    long address = base + 16L * tail;
    long bit = 1L << tail;
    if (result != 0 || (resultWritten[tail >> 6] & bit) != 0) {
      context.dmaWrite(address, result);
      resultWritten[tail >> 6] =
          result != 0 ? resultWritten[tail >> 6] | bit : resultWritten[tail >> 6] & ~bit;
    }
    context.dmaWrite(address + 8, phase ? word | 1L << 48 : word);
    tail = next(tail);
    if (tail == 0) {
      phase = !phase;
    }
  }

  /** Keeps a completion until there is room. */
  void await(long result, long word, long intendedPs) {
    if (3 * waitingCount == waiting.length) {
      long[] wider = new long[2 * waiting.length];
      for (int i = 0; i < waiting.length; i++) {
        wider[i] = waiting[(3 * waitingFirst + i) % waiting.length];
      }
      waiting = wider;
      waitingFirst = 0;
    }
    int at = 3 * (waitingFirst + waitingCount) % waiting.length;
    waiting[at] = result;
    waiting[at + 1] = word;
    waiting[at + 2] = intendedPs;
    waitingCount++;
    waitingHighest = Math.max(waitingHighest, waitingCount);
  }

  /** Posts the completion that has waited longest; returns when its interrupt was meant to be. */
  long postWaiting(EndpointContext context) {
    int at = 3 * waitingFirst;
    post(waiting[at], waiting[at + 1], context);
    waitingFirst = (waitingFirst + 1) % (waiting.length / 3);
    waitingCount--;
    return waiting[at + 2];
  }

  /**
   * The head doorbell.
   *
   * @return how many entries software consumed, or -1 when the value is none that it may write
   */
  int consumed(long newHead) {
    if (newHead < 0 || newHead >= entries) {
      return -1;
    }
    int count = (int) newHead - head;
    count = count < 0 ? count + entries : count;
    int posted = tail - head;
    posted = posted < 0 ? posted + entries : posted;
    if (count > posted) {
      return -1;
    }
    head = (int) newHead;
    return count;
  }

  void save(StateWriter out) {
    out.putInt(id);
    out.putLong(base);
    out.putInt(entries);
    out.putInt(vector);
    out.putBoolean(interrupts);
    out.putLongs(resultWritten);
    out.putInt(tail);
    out.putInt(head);
    out.putBoolean(phase);
    out.putInt(held);
    out.putLong(heldSincePs);
    out.putLong(heldAlarm);
    out.putInt(waitingHighest);
    out.putInt(waitingCount);
    for (int i = 0; i < 3 * waitingCount; i++) {
      out.putLong(waiting[(3 * waitingFirst + i) % waiting.length]);
    }
  }

  static CompletionQueue load(StateReader in) {
    CompletionQueue queue =
        new CompletionQueue(in.getInt(), in.getLong(), in.getInt(), in.getInt(), in.getBoolean());
    long[] written = in.getLongs();
    System.arraycopy(written, 0, queue.resultWritten, 0, queue.resultWritten.length);
    queue.tail = in.getInt();
    queue.head = in.getInt();
    queue.phase = in.getBoolean();
    queue.held = in.getInt();
    queue.heldSincePs = in.getLong();
    queue.heldAlarm = in.getLong();
    queue.waitingHighest = in.getInt();
    queue.waitingCount = in.count(24);
    queue.waiting = new long[Math.max(48, 3 * Math.max(1, queue.waitingCount))];
    for (int i = 0; i < 3 * queue.waitingCount; i++) {
      queue.waiting[i] = in.getLong();
    }
    return queue;
  }

  void inspect(Inspector out) {
    String name = "cq[" + id + "].";
    out.value(name + "head", head);
    out.value(name + "tail", tail);
    out.value(name + "phase", phase ? 1 : 0);
    out.value(name + "vector", vector);
    out.value(name + "waiting", waitingCount);
    out.value(name + "highest", waitingHighest);
  }
}
