package irqlab.pcie.endpoint.nvme;

import irqlab.observe.Counter;
import irqlab.pcie.endpoint.EndpointContext;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.protocol.Arrivals;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.MemoryMap;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * An NVMe controller 1.4 of the NVM command set: submission queues are fetched from host memory by
 * DMA, completions are written there, and each raises the vector of its queue (DEV-005, DRV-050 a).
 *
 * <pre>
 * BAR 0 + 0x0000          registers, see {@link NvmeRegister}
 *       + 0x1000 + 8 * q  tail doorbell of submission queue q
 *       + 0x1004 + 8 * q  head doorbell of completion queue q
 * </pre>
 *
 * <p>Load comes in three ways. A driver submits through the doorbells: the closed loop as it is. An
 * open-loop law started at queue q makes completions of commands that were submitted earlier and
 * need no fetch: the entry is posted and the vector raised at the arrival's time. A queue depth law
 * started at queue q does the same for commands that a driver would submit whenever it rings the
 * head doorbell: so many are always in work.
 *
 * <p>A full completion queue holds completions back in the controller; they are counted as {@link
 * Counter#QUEUE_FULL} and posted when the head doorbell makes room. So does a link that takes no
 * more posted writes, counted as {@link Counter#TRANSMIT_FULL}, until it does; the queues then take
 * turns, a completion each. When some thousands wait, the arrivals of an open loop wait too, with
 * their intended times. The blocks of a read are written when it is done, however full the link is.
 *
 * <p><b>Not modelled:</b> data of writes; of reads the first word of each block, which is its
 * number; PRP lists (buffers are contiguous); arbitration and priorities of queues, fused commands,
 * controller memory buffer, namespaces other than 1.
 */
public final class NvmeController implements EndpointModel {
  private static final int READY = 1;
  private static final int DONE = 2;
  private static final int ARRIVAL = 3;
  private static final int CLOSED_LOOP = 4;
  private static final int GATHERED = 5;

  private static final int FLUSH = 0x00;
  private static final int WRITE = 0x01;
  private static final int READ = 0x02;
  private static final int BLOCK_BYTES = 512;

  private final NvmeTiming timing;
  private final NvmeQueues queues;
  private final CommandTable commands = new CommandTable();
  private final Coalescing coalescing;
  private final AdminCommands admin = new AdminCommands(this);
  private final NvmeLoad load;
  private int configuration;
  private int status;
  private int adminSizes;
  private long adminSubmission;
  private long adminCompletion;
  private int interruptMask;
  // Alarms and reads of an earlier life of the controller are of no use to this one.
  private int life;
  // The queue whose turn it is when the link takes writes again.
  private int turn;

  /**
   * A controller after power-up.
   *
   * @param queues I/O queues of each kind, 1 or more
   * @param vectors entries of its interrupt table, 1 or more
   */
  public NvmeController(int queues, int vectors, NvmeTiming timing) {
    this.timing = timing;
    this.queues = new NvmeQueues(queues, vectors);
    coalescing = new Coalescing(vectors);
    load = new NvmeLoad(queues + 1);
  }

  NvmeQueues queues() {
    return queues;
  }

  CommandTable commands() {
    return commands;
  }

  Coalescing coalescing() {
    return coalescing;
  }

  @Override
  public void mmioWrite(int offset, long value, EndpointContext context) {
    if (offset >= MemoryMap.DOORBELLS) {
      doorbell(offset - MemoryMap.DOORBELLS, value, context);
      return;
    }
    switch (offset) {
      case NvmeRegister.INTMS:
        mask((int) value, context);
        break;
      case NvmeRegister.INTMC:
        unmask((int) value, context);
        break;
      case NvmeRegister.CC:
        configure((int) value, context);
        break;
      case NvmeRegister.AQA:
        adminSizes = (int) value & 0x0FFF_0FFF;
        break;
      case NvmeRegister.ASQ:
        adminSubmission = value & ~0xFFFL;
        break;
      case NvmeRegister.ASQ + 4:
        adminSubmission = (adminSubmission & 0xFFFF_FFFFL) | value << 32;
        break;
      case NvmeRegister.ACQ:
        adminCompletion = value & ~0xFFFL;
        break;
      case NvmeRegister.ACQ + 4:
        adminCompletion = (adminCompletion & 0xFFFF_FFFFL) | value << 32;
        break;
      default:
        context.count(Counter.BAD_ACCESS);
        break;
    }
  }

  @Override
  public long mmioRead(int offset, EndpointContext context) {
    switch (offset) {
      case NvmeRegister.CAP:
        return NvmeRegister.CAPABILITIES;
      case NvmeRegister.CAP + 4:
        return NvmeRegister.CAPABILITIES >>> 32;
      case NvmeRegister.VS:
        return NvmeRegister.VERSION;
      case NvmeRegister.INTMS:
      case NvmeRegister.INTMC:
        return interruptMask & 0xFFFF_FFFFL;
      case NvmeRegister.CC:
        return configuration & 0xFFFF_FFFFL;
      case NvmeRegister.CSTS:
        return status;
      case NvmeRegister.AQA:
        return adminSizes;
      case NvmeRegister.ASQ:
        return adminSubmission;
      case NvmeRegister.ASQ + 4:
        return adminSubmission >>> 32;
      case NvmeRegister.ACQ:
        return adminCompletion;
      case NvmeRegister.ACQ + 4:
        return adminCompletion >>> 32;
      default:
        context.count(Counter.BAD_ACCESS);
        return -1;
    }
  }

  private void configure(int value, EndpointContext context) {
    boolean was = (configuration & NvmeRegister.CC_ENABLE) != 0;
    boolean is = (value & NvmeRegister.CC_ENABLE) != 0;
    configuration = value;
    if (is && !was) {
      life++;
      context.alarm(timing.readyPs(), READY, life);
    } else if (was && !is) {
      reset(context);
    }
    if ((value >>> 14 & 3) != 0) {
      status |= NvmeRegister.CSTS_SHUT_DOWN;
    }
  }

  private void reset(EndpointContext context) {
    for (int queue = 0; queue < queues.ids(); queue++) {
      load.stop(queue, context);
    }
    queues.clear(context);
    commands.clear();
    coalescing.reset();
    interruptMask = 0;
    status = 0;
    life++;
  }

  private void ready() {
    int submissionSize = (adminSizes & 0xFFF) + 1;
    int completionSize = (adminSizes >>> 16) + 1;
    if (submissionSize < 2 || completionSize < 2) {
      status |= NvmeRegister.CSTS_FATAL;
      return;
    }
    queues.create(new CompletionQueue(0, adminCompletion, completionSize, 0, true));
    queues.create(new SubmissionQueue(0, adminSubmission, submissionSize, 0));
    status |= NvmeRegister.CSTS_READY;
  }

  private void doorbell(int offset, long value, EndpointContext context) {
    int queue = offset >>> 3;
    if ((offset & 3) != 0 || queue >= queues.ids()) {
      context.count(Counter.BAD_ACCESS);
    } else if ((offset & 4) != 0) {
      headDoorbell(queues.completion(queue), value, context);
    } else {
      SubmissionQueue to = queues.submission(queue);
      if (to == null || !to.submitted(value, context)) {
        context.count(Counter.BAD_ACCESS);
      }
    }
  }

  private void headDoorbell(CompletionQueue queue, long value, EndpointContext context) {
    int consumed = queue == null ? -1 : queue.consumed(value);
    if (consumed < 0) {
      context.count(Counter.BAD_ACCESS);
      return;
    }
    boolean more = true;
    while (more) {
      more = postWaiting(queue, context);
    }
    resume(queue, context);
    if (queue.empty() && !queues.conditionOfOthers(queue)) {
      context.lower(queue.vector);
    }
    if (load.closedLoop(queue.id)) {
      submitUnfetched(queue.id, consumed, context);
    }
  }

  /** One completion of each queue in turn, until the link is full again or none can be posted. */
  @Override
  public void transmitReady(EndpointContext context) {
    int idle = 0;
    while (idle < queues.ids() && !context.transmitFull()) {
      CompletionQueue queue = queues.completion(turn);
      turn = turn + 1 == queues.ids() ? 0 : turn + 1;
      idle = queue != null && postWaiting(queue, context) ? 0 : idle + 1;
    }
    for (int id = 0; id < queues.ids(); id++) {
      if (queues.completion(id) != null) {
        resume(queues.completion(id), context);
      }
    }
  }

  // Posts the completion that has waited longest, if there is room for it.
  private boolean postWaiting(CompletionQueue queue, EndpointContext context) {
    if (queue.waiting() == 0 || queue.full() || context.transmitFull()) {
      return false;
    }
    interrupt(queue, queue.postWaiting(context), context);
    return true;
  }

  private void resume(CompletionQueue queue, EndpointContext context) {
    if (load.held(queue.id) && !queue.crowded()) {
      arrive(queue.id, context);
    }
  }

  private void mask(int bits, EndpointContext context) {
    interruptMask |= bits;
    for (int vector = 0; vector < Math.min(32, queues.vectors()); vector++) {
      if ((bits >>> vector & 1) != 0) {
        context.lower(vector);
      }
    }
  }

  private void unmask(int bits, EndpointContext context) {
    int opened = interruptMask & bits;
    interruptMask &= ~bits;
    for (int vector = 0; vector < Math.min(32, queues.vectors()); vector++) {
      if ((opened >>> vector & 1) != 0 && queues.condition(vector)) {
        context.raise(vector, context.nowPs());
      }
    }
  }

  private boolean masked(int vector) {
    return vector < 32 && (interruptMask >>> vector & 1) != 0;
  }

  @Override
  public void dmaDone(EndpointMessage.LineCompletion entry, EndpointContext context) {
    SubmissionQueue from = queues.submission(entry.tag());
    if (from == null) {
      return;
    }
    from.fetched();
    int slot = commands.add(from.id, (int) (entry.w0() >>> 16) & 0xFFFF);
    if (from.id == 0) {
      if (admin.execute(slot, entry, context)) {
        context.alarm(timing.adminPs(), DONE, (long) life << 32 | slot);
      }
      return;
    }
    execute(slot, entry);
    context.alarm(timing.drawServicePs(context.rng()), DONE, (long) life << 32 | slot);
  }

  private void execute(int slot, EndpointMessage.LineCompletion entry) {
    int opcode = (int) entry.w0() & 0xFF;
    if (entry.w0() >>> 32 != 1) {
      commands.outcome(slot, NvmeStatus.INVALID_NAMESPACE, 0);
    } else if (opcode == READ) {
      int count = ((int) entry.w6() & 0xFFFF) + 1;
      commands.transfer(slot, entry.w3(), entry.w5(), count);
    } else if (opcode != FLUSH && opcode != WRITE) {
      commands.outcome(slot, NvmeStatus.INVALID_OPCODE, 0);
    }
  }

  @Override
  public void alarm(int what, long data, EndpointContext context) {
    switch (what) {
      case ARRIVAL:
        arrive((int) data, context);
        break;
      case DONE:
        if ((int) (data >>> 32) == life) {
          done((int) data, context);
        }
        break;
      case CLOSED_LOOP:
        if (load.closedLoop((int) data)) {
          completeUnfetched((int) data, context.nowPs(), context);
        }
        break;
      case GATHERED:
        release(queues.completion((int) data), context);
        break;
      case READY:
        if ((int) data == life) {
          ready();
        }
        break;
      default:
        throw new IllegalStateException("alarm=" + what);
    }
  }

  private void done(int slot, EndpointContext context) {
    SubmissionQueue from = queues.submission(commands.queue(slot));
    if (from != null) {
      for (int block = 0; block < commands.blocks(slot); block++) {
        long address = commands.buffer(slot) + (long) BLOCK_BYTES * block;
        context.dmaWrite(address, commands.firstBlock(slot) + block);
      }
      long word =
          (long) commands.status(slot) << 49
              | (long) commands.id(slot) << 32
              | (long) from.id << 16;
      complete(
          queues.completion(from.completionQueue),
          commands.result(slot) & 0xFFFF_FFFFL,
          word,
          context.nowPs(),
          context);
    }
    commands.remove(slot);
  }

  /** A completion of a command that was submitted without a doorbell; its id only counts up. */
  private void completeUnfetched(int queue, long intendedPs, EndpointContext context) {
    CompletionQueue to = queues.completion(queue);
    if (to == null) {
      context.count(Counter.BAD_ACCESS);
      return;
    }
    long word = (long) (load.nextCommand(queue) & 0xFFFF) << 32 | (long) queue << 16;
    complete(to, 0, word, intendedPs, context);
  }

  private void complete(
      CompletionQueue to, long result, long word, long intendedPs, EndpointContext context) {
    SubmissionQueue from = queues.submission((int) (word >>> 16) & 0xFFFF);
    long whole = from == null ? word : word | from.head();
    if (to.waiting() > 0 || to.full() || context.transmitFull()) {
      context.count(to.full() ? Counter.QUEUE_FULL : Counter.TRANSMIT_FULL);
      to.await(result, whole, intendedPs);
    } else {
      to.post(result, whole, context);
      interrupt(to, intendedPs, context);
    }
  }

  private void interrupt(CompletionQueue queue, long intendedPs, EndpointContext context) {
    if (!queue.interrupts || masked(queue.vector)) {
      return;
    }
    if (!coalescing.applies(queue)) {
      context.raise(queue.vector, intendedPs);
      return;
    }
    if (queue.held++ == 0) {
      queue.heldSincePs = intendedPs;
      queue.heldAlarm = context.alarm(coalescing.timePs(), GATHERED, queue.id);
    }
    if (queue.held >= coalescing.threshold()) {
      context.cancel(queue.heldAlarm);
      release(queue, context);
    }
  }

  private void release(CompletionQueue queue, EndpointContext context) {
    queue.held = 0;
    queue.heldAlarm = 0;
    context.raise(queue.vector, queue.heldSincePs);
  }

  @Override
  public void command(EndpointMessage.Command command, EndpointContext context) {
    load.command(command, context, this);
  }

  /** So many commands of a closed loop are submitted at once, if there are as many left. */
  void submitUnfetched(int queue, long count, EndpointContext context) {
    for (long left = load.take(queue, count); left > 0; left--) {
      context.alarm(timing.drawServicePs(context.rng()), CLOSED_LOOP, queue);
    }
  }

  /** What is due of an open-loop load, then an alarm for what is next. */
  void arrive(int queue, EndpointContext context) {
    long nowPs = context.nowPs();
    long due = load.take(queue, nowPs, Arrivals.NEVER, context);
    while (due != Arrivals.NEVER) {
      completeUnfetched(queue, due, context);
      due = load.take(queue, nowPs, due, context);
    }
    CompletionQueue to = queues.completion(queue);
    if (to != null && to.crowded()) {
      load.hold(queue);
    } else {
      load.await(queue, nowPs, ARRIVAL, context);
    }
  }

  /** One completion now. */
  void raise(int queue, long intendedPs, EndpointContext context) {
    completeUnfetched(queue, intendedPs, context);
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(configuration);
    out.putInt(status);
    out.putInt(adminSizes);
    out.putLong(adminSubmission);
    out.putLong(adminCompletion);
    out.putInt(interruptMask);
    out.putInt(life);
    out.putInt(turn);
    queues.save(out);
    commands.save(out);
    coalescing.save(out);
    load.save(out);
  }

  @Override
  public void load(StateReader in) {
    configuration = in.getInt();
    status = in.getInt();
    adminSizes = in.getInt();
    adminSubmission = in.getLong();
    adminCompletion = in.getLong();
    interruptMask = in.getInt();
    life = in.getInt();
    turn = in.getInt();
    queues.load(in);
    commands.load(in);
    coalescing.load(in);
    load.load(in);
  }

  @Override
  public void inspect(Inspector out) {
    out.value("CC", configuration);
    out.value("CSTS", status);
    out.value("AQA", adminSizes);
    out.value("ASQ", adminSubmission);
    out.value("ACQ", adminCompletion);
    out.value("commands", commands.size());
    queues.inspect(out);
  }
}
