package irqlab.load;

import irqlab.cpu.linux.LinuxCpu;
import irqlab.cpu.linux.LinuxOrders;
import irqlab.protocol.ArrivalLaw;
import irqlab.protocol.Arrivals;
import irqlab.protocol.CpuMessage;
import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.protocol.KernelMessage;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.scenario.CpuMoveSpec;
import irqlab.scenario.LoadLaw;
import irqlab.scenario.LoadSpec;
import irqlab.scenario.MoveSpec;
import irqlab.scenario.Scenario;
import irqlab.scenario.StormSpec;
import irqlab.scenario.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What acts on the machine from outside: it starts the loads of devices when boot is over, lets
 * CPUs send IPIs, writes affinity masks, and takes CPUs offline and back. Part of the model in
 * virtual time: its messages are in the digest.
 *
 * <p>Device loads run inside the devices, so they cost no messages here. Times of a scenario count
 * from the end of boot.
 */
public final class LoadDriver implements Component<LoadMessage>, LoadMessage.Handler {
  private static final int START_LOAD = 1;
  private static final int RAISE = 2;
  private static final int IPI = 3;
  private static final int MOVE = 4;
  private static final int START_IPI = 5;
  private static final int CPU_MOVE = 6;
  private static final int STORM = 7;
  private static final int RESCHEDULE_VECTOR = 0xFD;

  private final Scenario scenario;
  private final Map<String, Port<EndpointMessage>> devices;
  private final Bus<CpuMessage> cores;
  private final Port<KernelMessage> kernel;
  private final List<Sender> senders = new ArrayList<>();
  private final int[][] stormIrqs;
  private long startedPs = -1;
  private boolean stopped;

  /** One CPU of one IPI load. */
  private static final class Sender {
    final LoadSpec.Ipi load;
    final int cpu;
    final Arrivals clock = new Arrivals();

    Sender(LoadSpec.Ipi load, int cpu) {
      this.load = load;
      this.cpu = cpu;
    }
  }

  /**
   * The loads and moves of a scenario.
   *
   * @param devices ports to every endpoint and legacy source, by name
   * @param cores member n is CPU n
   */
  public LoadDriver(
      Scenario scenario,
      Map<String, Port<EndpointMessage>> devices,
      Bus<CpuMessage> cores,
      Port<KernelMessage> kernel) {
    this.scenario = scenario;
    this.devices = Map.copyOf(devices);
    this.cores = cores;
    this.kernel = kernel;
    stormIrqs = new int[scenario.storms().size()][];
    for (int i = 0; i < stormIrqs.length; i++) {
      stormIrqs[i] = irqsOf(scenario.storms().get(i).targets());
    }
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Ipi) {
        LoadSpec.Ipi ipi = (LoadSpec.Ipi) load;
        int first = ipi.from().orElse(0);
        int last = ipi.from().orElse(cores.members() - 1);
        for (int cpu = first; cpu <= last; cpu++) {
          senders.add(new Sender(ipi, cpu));
        }
      }
    }
  }

  @Override
  public void on(LoadMessage message, Io<LoadMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onStart(LoadMessage.Start message, Io<LoadMessage> io) {
    startedPs = io.nowPs();
    for (int i = 0; i < scenario.loads().size(); i++) {
      LoadSpec load = scenario.loads().get(i);
      if (load instanceof LoadSpec.Device) {
        at(load.startPs(), START_LOAD, i, io);
      }
    }
    for (int i = 0; i < senders.size(); i++) {
      at(senders.get(i).load.startPs(), START_IPI, i, io);
    }
    for (int i = 0; i < scenario.moves().size(); i++) {
      if (scenario.moves().get(i).atPs().isPresent()) {
        at(scenario.moves().get(i).atPs().getAsLong(), MOVE, i, io);
      }
    }
    for (int i = 0; i < scenario.storms().size(); i++) {
      StormSpec storm = scenario.storms().get(i);
      at(storm.startPs() + storm.everyPs(), STORM, i, io);
    }
    for (int i = 0; i < scenario.cpuMoves().size(); i++) {
      at(scenario.cpuMoves().get(i).atPs(), CPU_MOVE, i, io);
    }
  }

  @Override
  public void onStop(LoadMessage.Stop message, Io<LoadMessage> io) {
    stopped = true;
    for (Sender sender : senders) {
      sender.clock.stop();
    }
    for (LoadSpec load : scenario.loads()) {
      if (load instanceof LoadSpec.Device) {
        for (Target target : ((LoadSpec.Device) load).targets()) {
          send(target, EndpointCommands.STOP_LOAD, 0, 0, 0, io);
        }
      }
    }
  }

  @Override
  public void onMove(LoadMessage.Move message, Io<LoadMessage> io) {
    move(scenario.moves().get(message.index()), io);
  }

  @Override
  public void onAlarm(LoadMessage.Alarm alarm, Io<LoadMessage> io) {
    if (stopped) {
      return;
    }
    int index = (int) alarm.data();
    switch (alarm.what()) {
      case START_LOAD -> startLoad((LoadSpec.Device) scenario.loads().get(index), io);
      case RAISE -> raise(index, (int) (alarm.data() >>> 32), io);
      case START_IPI -> startIpi(index, io);
      case IPI -> ipi(index, io);
      case MOVE -> move(scenario.moves().get(index), io);
      case STORM -> storm(index, io);
      case CPU_MOVE -> cpuMove(scenario.cpuMoves().get(index), io);
      default -> throw new IllegalStateException("alarm=" + alarm.what());
    }
  }

  /** True once boot is over. */
  public boolean started() {
    return startedPs >= 0;
  }

  // An alarm is at least 1 ps away; what is due now goes at once.
  private void at(long delayPs, int what, long data, Io<LoadMessage> io) {
    LoadMessage.Alarm alarm = new LoadMessage.Alarm(what, data);
    if (delayPs <= 0) {
      onAlarm(alarm, io);
    } else {
      io.alarm(delayPs, alarm);
    }
  }

  private void startLoad(LoadSpec.Device load, Io<LoadMessage> io) {
    if (load.arrivals() instanceof LoadLaw.Times) {
      List<Long> times = ((LoadLaw.Times) load.arrivals()).timesPs();
      int index = scenario.loads().indexOf(load);
      for (int i = 0; i < times.size(); i++) {
        at(times.get(i), RAISE, (long) i << 32 | index, io);
      }
      return;
    }
    for (Target target : load.targets()) {
      ArrivalLaw law = load.arrivals().law(load.count(), queueDepth(target)).orElseThrow();
      if (load.holdLinePs().isPresent()) {
        send(target, EndpointCommands.HOLD_LINE, load.holdLinePs().getAsLong(), 0, 0, io);
      }
      io.send(devices.get(target.source()), law.encoded(target.entry()));
    }
  }

  private int queueDepth(Target target) {
    return scenario
        .topology()
        .endpoint(target.source())
        .map(endpoint -> endpoint.queueDepth())
        .orElse(1);
  }

  private void raise(int index, int time, Io<LoadMessage> io) {
    for (Target target : ((LoadSpec.Device) scenario.loads().get(index)).targets()) {
      send(target, EndpointCommands.RAISE, 0, 0, time, io);
    }
  }

  private void send(Target target, int what, long a, long b, long c, Io<LoadMessage> io) {
    io.send(
        devices.get(target.source()), new EndpointMessage.Command(what, target.entry(), a, b, c));
  }

  private void startIpi(int index, Io<LoadMessage> io) {
    Sender sender = senders.get(index);
    LoadSpec.Ipi load = sender.load;
    ArrivalLaw law = load.arrivals().law(load.count(), 1).orElseThrow();
    schedule(sender.clock.start(law, io.nowPs(), io.rng()), index, io);
  }

  private void ipi(int index, Io<LoadMessage> io) {
    Sender sender = senders.get(index);
    if (sender.clock.nextPs() == Arrivals.NEVER) {
      return;
    }
    int to = sender.load.to().orElseGet(() -> otherThan(sender.cpu, io));
    io.send(cores, sender.cpu, new CpuMessage.Task(LinuxCpu.TASK_SEND_IPI, to, RESCHEDULE_VECTOR));
    schedule(sender.clock.advance(io.rng()), index, io);
  }

  private void schedule(long timePs, int index, Io<LoadMessage> io) {
    if (timePs != Arrivals.NEVER) {
      io.alarm(Math.max(1, timePs - io.nowPs()), new LoadMessage.Alarm(IPI, index));
    }
  }

  private int otherThan(int cpu, Io<LoadMessage> io) {
    if (cores.members() == 1) {
      return cpu;
    }
    int drawn = io.rng().nextInt(cores.members() - 1);
    return drawn < cpu ? drawn : drawn + 1;
  }

  private void move(MoveSpec move, Io<LoadMessage> io) {
    int irq = irqOf(move);
    for (KernelMessage.Order order : LinuxOrders.writeAffinity(irq, move.to())) {
      io.send(kernel, order);
    }
  }

  // A round that comes late moves those after it: writes do not pile up on the wall clock.
  private void storm(int index, Io<LoadMessage> io) {
    StormSpec storm = scenario.storms().get(index);
    for (int left = storm.move(); left > 0; left--) {
      int irq = stormIrqs[index][io.rng().nextInt(storm.targets().size())];
      List<Integer> to = List.of(io.rng().nextInt(cores.members()));
      for (KernelMessage.Order order : LinuxOrders.writeAffinity(irq, to)) {
        io.send(kernel, order);
      }
    }
    at(storm.everyPs(), STORM, index, io);
  }

  private void cpuMove(CpuMoveSpec move, Io<LoadMessage> io) {
    io.send(kernel, LinuxOrders.cpuOnline(move.cpu(), move.online()));
  }

  private int[] irqsOf(List<Target> targets) {
    return targets.stream()
        .mapToInt(each -> LinuxOrders.irqOf(scenario.topology(), each.source(), each.entry()))
        .toArray();
  }

  private int irqOf(MoveSpec move) {
    return move.irq().isPresent()
        ? move.irq().getAsInt()
        : LinuxOrders.irqOf(
            scenario.topology(),
            move.target().orElseThrow().source(),
            move.target().orElseThrow().entry());
  }

  @Override
  public void save(StateWriter out) {
    out.putLong(startedPs);
    out.putBoolean(stopped);
    for (Sender sender : senders) {
      sender.clock.save(out);
    }
  }

  @Override
  public void load(StateReader in) {
    startedPs = in.getLong();
    stopped = in.getBoolean();
    for (Sender sender : senders) {
      sender.clock.load(in);
    }
  }

  @Override
  public void inspect(Inspector out) {
    out.value("started_ps", startedPs);
    out.value("stopped", stopped ? 1 : 0);
  }
}
