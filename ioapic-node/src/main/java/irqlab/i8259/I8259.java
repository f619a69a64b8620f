package irqlab.i8259;

import irqlab.line.InputLine;
import irqlab.observe.Counter;
import irqlab.observe.Fate;
import irqlab.observe.Mark;
import irqlab.protocol.IoApicMessage;
import irqlab.protocol.LapicMessage;
import irqlab.protocol.PicMessage;
import irqlab.protocol.RootComplexMessage;
import irqlab.runtime.Bus;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Port;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The pair of 8259A of a PC: a master whose input 2 is the slave's INT, and the ELCR.
 *
 * <p>INT goes to LINT0 of the local APICs and to pin 0 of the IO-APIC (PIC-016); which of them
 * listens is software's choice there. It is low for a moment at each acknowledge, so that an edge
 * input sees the next request. Two CPUs that both acknowledge one request get it and the spurious
 * vector.
 *
 * <p>Books: see {@link InputLine}. INT itself carries no raise, for the request stays in IRR until
 * INTA; the raise of the acknowledged line goes with the vector. A raise whose line drops before
 * that is withdrawn, and the vector is the spurious one, with id 0. A poll gives the request to the
 * program that reads: handled by that CPU. ICW1 forgets edge requests: lost by reset.
 *
 * <p><b>Not modelled:</b> see {@code Chip8259}; the wiring of the cascade is fixed, so ICW3 is
 * taken and ignored. After power-up the registers are as firmware leaves them: bases 0x20 and 0x28,
 * all masked, and the ELCR set for the lines that are level.
 */
public final class I8259 implements Component<PicMessage>, PicMessage.Handler {
  private static final int MASTER_COMMAND = 0x20;
  private static final int MASTER_DATA = 0x21;
  private static final int SLAVE_COMMAND = 0xA0;
  private static final int SLAVE_DATA = 0xA1;
  private static final int MASTER_ELCR = 0x4D0;
  private static final int SLAVE_ELCR = 0x4D1;
  private static final int LINES = 16;

  private final int self;
  private final Bus<LapicMessage> lapics;
  private final Port<IoApicMessage> ioApic;
  private final Port<RootComplexMessage> root;

  private final Chip8259 master = new Chip8259(true, 0x20, 0xF8);
  private final Chip8259 slave = new Chip8259(false, 0x28, 0xDE);
  private final InputLine[] lines = new InputLine[LINES];
  private final long[] rises = new long[LINES];
  private boolean wire;

  /** The pair after power-up with every line edge; parameters as of the other constructor. */
  public I8259(
      int self,
      Bus<LapicMessage> lapics,
      Port<IoApicMessage> ioApic,
      Port<RootComplexMessage> root) {
    this(self, 0, lapics, ioApic, root);
  }

  /**
   * The pair after power-up.
   *
   * @param self its component id: the source of its line at the IO-APIC
   * @param levelLines bit n: line n is level from the start, as far as the ELCR allows it
   * @param lapics whose LINT0 it drives and who may acknowledge: member n is CPU n
   * @param ioApic whose pin 0 it drives, or null
   */
  public I8259(
      int self,
      int levelLines,
      Bus<LapicMessage> lapics,
      Port<IoApicMessage> ioApic,
      Port<RootComplexMessage> root) {
    this.self = self;
    this.lapics = lapics;
    this.ioApic = ioApic;
    this.root = root;
    for (int i = 0; i < LINES; i++) {
      lines[i] = new InputLine();
    }
    master.writeElcr(levelLines & 0xFF);
    slave.writeElcr(levelLines >>> 8 & 0xFF);
  }

  @Override
  public void on(PicMessage message, Io<PicMessage> io) {
    message.to(this, io);
  }

  @Override
  public void onLine(PicMessage.Line message, Io<PicMessage> io) {
    int number = message.line();
    if (number < 0 || number >= LINES || number == Chip8259.CASCADE) {
      io.probe().count(Counter.BAD_ACCESS);
      if (message.id() != 0) {
        io.probe().closed(message.id(), Fate.LOST_NO_ROUTE);
      }
      return;
    }
    InputLine line = lines[number];
    Chip8259 chip = chipOf(number);
    if (!message.asserted()) {
      if (line.lower(message.source(), false, io.probe())) {
        io.probe().mark(Mark.LINE, 0, number, 0);
        chip.line(number & 7, false);
      }
    } else if (line.raise(message.source(), message.id(), message.raisedPs(), io.probe())) {
      rises[number]++;
      io.probe().mark(Mark.LINE, message.id(), number, 1);
      chip.line(number & 7, true);
    } else if (!chip.level(number & 7)) {
      line.close(message.id(), Fate.COLLAPSED_LINE, io.probe());
    }
    drive(io);
  }

  /** PIC-006 to PIC-008: the vector of the highest request, or the spurious one. */
  @Override
  public void onInta(PicMessage.Inta message, Io<PicMessage> io) {
    int input = master.resolve();
    InputLine line = null;
    int vector = master.base() + Chip8259.SPURIOUS;
    if (input == Chip8259.CASCADE) {
      master.acknowledge(input);
      int slaveInput = slave.resolve();
      if (slaveInput == Chip8259.NONE) {
        vector = slave.base() + Chip8259.SPURIOUS;
      } else {
        slave.acknowledge(slaveInput);
        vector = slave.base() + slaveInput;
        line = lines[8 + slaveInput];
      }
      pulseSlave();
    } else if (input != Chip8259.NONE) {
      master.acknowledge(input);
      vector = master.base() + input;
      line = lines[input];
    }
    long id = 0;
    long raisedPs = io.nowPs();
    if (line == null) {
      io.probe().count(Counter.SPURIOUS);
    } else {
      id = line.waitingId();
      raisedPs = line.waitingRaisedPs(raisedPs);
      line.take();
    }
    master.lowerOutput();
    drive(io);
    io.send(lapics, message.cpu(), new LapicMessage.ExtIntVector(id, raisedPs, vector));
    master.settle();
    drive(io);
  }

  // The slave's INT is low for a moment, so that the master's edge input sees the next request.
  private void pulseSlave() {
    master.line(Chip8259.CASCADE, false);
    slave.settle();
    master.line(Chip8259.CASCADE, slave.output());
  }

  // The slave's INT to the master, the master's INT to the machine.
  private void drive(Io<PicMessage> io) {
    master.line(Chip8259.CASCADE, slave.output());
    if (master.output() != wire) {
      wire = master.output();
      for (int cpu = 0; cpu < lapics.members(); cpu++) {
        io.send(lapics, cpu, new LapicMessage.Lint(0, wire, 0, io.nowPs()));
      }
      if (ioApic != null) {
        io.send(ioApic, new IoApicMessage.Line(0, wire, self, 0, io.nowPs()));
      }
    }
  }

  @Override
  public void onPortWrite(PicMessage.PortWrite message, Io<PicMessage> io) {
    int value = message.value() & 0xFF;
    switch (message.port()) {
      case MASTER_COMMAND -> writeCommand(master, 0, value, io);
      case SLAVE_COMMAND -> writeCommand(slave, 8, value, io);
      case MASTER_DATA -> master.writeData(value);
      case SLAVE_DATA -> slave.writeData(value);
      case MASTER_ELCR -> master.writeElcr(value);
      case SLAVE_ELCR -> slave.writeElcr(value);
      default -> io.probe().count(Counter.BAD_ACCESS);
    }
    drive(io);
  }

  private void writeCommand(Chip8259 chip, int firstLine, int value, Io<PicMessage> io) {
    if (chip.writeCommand(value)) {
      for (int input = 0; input < 8; input++) {
        if (!chip.level(input)) {
          lines[firstLine + input].closeAll(Fate.LOST_RESET, io.probe());
        }
      }
    }
  }

  @Override
  public void onPortRead(PicMessage.PortRead message, Io<PicMessage> io) {
    int value =
        switch (message.port()) {
          case MASTER_COMMAND -> readChip(master, true, message.cpu(), io);
          case SLAVE_COMMAND -> readChip(slave, true, message.cpu(), io);
          case MASTER_DATA -> readChip(master, false, message.cpu(), io);
          case SLAVE_DATA -> readChip(slave, false, message.cpu(), io);
          case MASTER_ELCR -> master.elcr();
          case SLAVE_ELCR -> slave.elcr();
          default -> nothing(io);
        };
    io.send(root, new RootComplexMessage.ReadDone(message.cpu(), message.tag(), value));
  }

  private int readChip(Chip8259 chip, boolean command, int cpu, Io<PicMessage> io) {
    if (chip.takePoll()) {
      return poll(chip, cpu, io);
    }
    return command ? chip.status() : chip.mask();
  }

  // PIC-013: the read is the acknowledge. Bit 7 says that there was a request.
  private int poll(Chip8259 chip, int cpu, Io<PicMessage> io) {
    int input = chip.resolve();
    if (input == Chip8259.NONE) {
      return 0;
    }
    chip.acknowledge(input);
    // The master's input 2 has no raise of its own.
    InputLine line = lines[chip == slave ? 8 + input : input];
    if (line.waitingId() != 0) {
      long latencyPs = io.nowPs() - line.waitingRaisedPs(io.nowPs());
      io.probe().handled(line.waitingId(), cpu, chip.base() + input, latencyPs);
    }
    line.take();
    if (chip == slave) {
      pulseSlave();
    } else {
      master.lowerOutput();
      drive(io);
      master.settle();
    }
    drive(io);
    return 0x80 | input;
  }

  // An address that is none of its own reads all ones.
  private static int nothing(Io<PicMessage> io) {
    io.probe().count(Counter.BAD_ACCESS);
    return 0xFF;
  }

  private Chip8259 chipOf(int number) {
    return number < 8 ? master : slave;
  }

  @Override
  public void save(StateWriter out) {
    master.save(out);
    slave.save(out);
    out.putBoolean(wire);
    out.putLongs(rises);
    for (InputLine line : lines) {
      line.save(out);
    }
  }

  @Override
  public void load(StateReader in) {
    master.load(in);
    slave.load(in);
    wire = in.getBoolean();
    long[] saved = in.getLongs();
    if (saved.length != LINES) {
      throw new MalformedStateException("lines=" + saved.length);
    }
    System.arraycopy(saved, 0, rises, 0, LINES);
    for (InputLine line : lines) {
      line.load(in);
    }
  }

  /**
   * Shows of both chips, prefixed {@code master.} and {@code slave.}: {@code irr}, {@code isr},
   * {@code imr}, {@code elcr}, {@code base}, {@code hprio} (input of highest priority), the modes,
   * {@code lines} and {@code int}; {@code rises[n]} of each line; and as pending the raises in IRR.
   */
  @Override
  public void inspect(Inspector out) {
    master.inspect(out, "master");
    slave.inspect(out, "slave");
    for (int i = 0; i < LINES; i++) {
      out.value("rises[" + i + "]", rises[i]);
      lines[i].inspect(out, "8259A line " + i);
    }
  }
}
