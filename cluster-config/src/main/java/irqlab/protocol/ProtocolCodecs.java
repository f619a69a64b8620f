package irqlab.protocol;

import irqlab.runtime.Codec;
import irqlab.runtime.Codecs;
import java.util.List;

/**
 * The codecs of every message of the machine: fields in declared order, big endian; booleans and
 * enums one byte.
 *
 * <p>A number is never given to another record, and a layout never changes under one: a changed
 * layout is a new number, read beside the old one for one release.
 */
public final class ProtocolCodecs {
  private ProtocolCodecs() {}

  /** All codecs. */
  public static Codecs all() {
    java.util.ArrayList<Codec<?>> all = new java.util.ArrayList<>();
    all.addAll(lapicMessage());
    all.addAll(cpuMessage());
    all.addAll(ioApicMessage());
    all.addAll(picMessage());
    all.addAll(rootComplexMessage());
    all.addAll(memoryMessage());
    all.addAll(endpointMessage());
    all.addAll(kernelMessage());
    all.addAll(loadMessage());
    return new Codecs(all);
  }

  private static List<Codec<?>> lapicMessage() {
    return List.of(
        new Codec<>(
            1,
            LapicMessage.Interrupt.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putInt(m.vector());
              out.putByte(m.mode().code());
              out.putBoolean(m.level());
              out.putBoolean(m.asserted());
            },
            in ->
                new LapicMessage.Interrupt(
                    in.getLong(),
                    in.getLong(),
                    in.getInt(),
                    DeliveryMode.read(in),
                    in.getBoolean(),
                    in.getBoolean())),
        new Codec<>(
            2,
            LapicMessage.Ipi.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putInt(m.vector());
              out.putByte(m.mode().code());
              out.putBoolean(m.level());
              out.putBoolean(m.asserted());
            },
            in ->
                new LapicMessage.Ipi(
                    in.getLong(),
                    in.getLong(),
                    in.getInt(),
                    DeliveryMode.read(in),
                    in.getBoolean(),
                    in.getBoolean())),
        new Codec<>(3, LapicMessage.Inta.class, (m, out) -> {}, in -> new LapicMessage.Inta()),
        new Codec<>(
            4,
            LapicMessage.RegisterWrite.class,
            (m, out) -> {
              out.putInt(m.offset());
              out.putInt(m.value());
            },
            in -> new LapicMessage.RegisterWrite(in.getInt(), in.getInt())),
        new Codec<>(
            5,
            LapicMessage.RegisterRead.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putInt(m.offset());
            },
            in -> new LapicMessage.RegisterRead(in.getInt(), in.getInt())),
        new Codec<>(
            6,
            LapicMessage.MsrWrite.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putInt(m.msr());
              out.putLong(m.value());
            },
            in -> new LapicMessage.MsrWrite(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            7,
            LapicMessage.MsrRead.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putInt(m.msr());
            },
            in -> new LapicMessage.MsrRead(in.getInt(), in.getInt())),
        new Codec<>(
            8,
            LapicMessage.TaskPriority.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putInt(m.cr8());
            },
            in -> new LapicMessage.TaskPriority(in.getInt(), in.getInt())),
        new Codec<>(
            9,
            LapicMessage.Lint.class,
            (m, out) -> {
              out.putInt(m.pin());
              out.putBoolean(m.asserted());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in -> new LapicMessage.Lint(in.getInt(), in.getBoolean(), in.getLong(), in.getLong())),
        new Codec<>(
            10,
            LapicMessage.ExtIntVector.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putInt(m.vector());
            },
            in -> new LapicMessage.ExtIntVector(in.getLong(), in.getLong(), in.getInt())),
        new Codec<>(
            11,
            LapicMessage.DirectoryUpdate.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.apicId());
              out.putInt(m.logicalId());
              out.putByte(m.mode().code());
              out.putBoolean(m.cluster());
              out.putBoolean(m.enabled());
              out.putInt(m.priority());
            },
            in ->
                new LapicMessage.DirectoryUpdate(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    ApicMode.read(in),
                    in.getBoolean(),
                    in.getBoolean(),
                    in.getInt())),
        new Codec<>(
            12,
            LapicMessage.LocalEvent.class,
            (m, out) -> {
              out.putInt(m.lvt());
            },
            in -> new LapicMessage.LocalEvent(in.getInt())),
        new Codec<>(
            13,
            LapicMessage.Reset.class,
            (m, out) -> {
              out.putBoolean(m.powerUp());
            },
            in -> new LapicMessage.Reset(in.getBoolean())),
        new Codec<>(
            14,
            LapicMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new LapicMessage.Alarm(in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> cpuMessage() {
    return List.of(
        new Codec<>(
            40,
            CpuMessage.Intr.class,
            (m, out) -> {
              out.putBoolean(m.asserted());
            },
            in -> new CpuMessage.Intr(in.getBoolean())),
        new Codec<>(
            41,
            CpuMessage.Vector.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putInt(m.vector());
              out.putBoolean(m.spurious());
            },
            in -> new CpuMessage.Vector(in.getLong(), in.getLong(), in.getInt(), in.getBoolean())),
        new Codec<>(
            42,
            CpuMessage.Nmi.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in -> new CpuMessage.Nmi(in.getLong(), in.getLong())),
        new Codec<>(
            43,
            CpuMessage.Smi.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in -> new CpuMessage.Smi(in.getLong(), in.getLong())),
        new Codec<>(
            44,
            CpuMessage.Init.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in -> new CpuMessage.Init(in.getLong(), in.getLong())),
        new Codec<>(
            45,
            CpuMessage.Startup.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putInt(m.page());
            },
            in -> new CpuMessage.Startup(in.getLong(), in.getLong(), in.getInt())),
        new Codec<>(
            46,
            CpuMessage.Completion.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putLong(m.value());
            },
            in -> new CpuMessage.Completion(in.getInt(), in.getLong())),
        new Codec<>(
            47,
            CpuMessage.LineCompletion.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putLong(m.w0());
              out.putLong(m.w1());
              out.putLong(m.w2());
              out.putLong(m.w3());
              out.putLong(m.w4());
              out.putLong(m.w5());
              out.putLong(m.w6());
              out.putLong(m.w7());
            },
            in ->
                new CpuMessage.LineCompletion(
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            48,
            CpuMessage.Fault.class,
            (m, out) -> {
              out.putInt(m.tag());
            },
            in -> new CpuMessage.Fault(in.getInt())),
        new Codec<>(
            49,
            CpuMessage.PriorityDone.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putBoolean(m.intr());
            },
            in -> new CpuMessage.PriorityDone(in.getInt(), in.getBoolean())),
        new Codec<>(
            50,
            CpuMessage.Reply.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putInt(m.code());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
            },
            in ->
                new CpuMessage.Reply(
                    in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong())),
        new Codec<>(
            51,
            CpuMessage.Request.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
              out.putLong(m.d());
            },
            in ->
                new CpuMessage.Request(
                    in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong())),
        new Codec<>(
            52,
            CpuMessage.Task.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
            },
            in -> new CpuMessage.Task(in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            53,
            CpuMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new CpuMessage.Alarm(in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> ioApicMessage() {
    return List.of(
        new Codec<>(
            80,
            IoApicMessage.Line.class,
            (m, out) -> {
              out.putInt(m.pin());
              out.putBoolean(m.asserted());
              out.putInt(m.source());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new IoApicMessage.Line(
                    in.getInt(), in.getBoolean(), in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            81,
            IoApicMessage.Eoi.class,
            (m, out) -> {
              out.putInt(m.vector());
            },
            in -> new IoApicMessage.Eoi(in.getInt())),
        new Codec<>(
            82,
            IoApicMessage.RegisterWrite.class,
            (m, out) -> {
              out.putInt(m.offset());
              out.putInt(m.value());
            },
            in -> new IoApicMessage.RegisterWrite(in.getInt(), in.getInt())),
        new Codec<>(
            83,
            IoApicMessage.RegisterRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
            },
            in -> new IoApicMessage.RegisterRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            84,
            IoApicMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new IoApicMessage.Alarm(in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> picMessage() {
    return List.of(
        new Codec<>(
            100,
            PicMessage.Line.class,
            (m, out) -> {
              out.putInt(m.line());
              out.putBoolean(m.asserted());
              out.putInt(m.source());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new PicMessage.Line(
                    in.getInt(), in.getBoolean(), in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            101,
            PicMessage.PortWrite.class,
            (m, out) -> {
              out.putInt(m.port());
              out.putInt(m.value());
            },
            in -> new PicMessage.PortWrite(in.getInt(), in.getInt())),
        new Codec<>(
            102,
            PicMessage.PortRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
            },
            in -> new PicMessage.PortRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            103,
            PicMessage.Inta.class,
            (m, out) -> {
              out.putInt(m.cpu());
            },
            in -> new PicMessage.Inta(in.getInt())));
  }

  private static List<Codec<?>> rootComplexMessage() {
    return List.of(
        new Codec<>(
            120,
            RootComplexMessage.MsiWrite.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putLong(m.address());
              out.putInt(m.data());
              out.putInt(m.requester());
              out.putInt(m.attributes());
            },
            in ->
                new RootComplexMessage.MsiWrite(
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getInt(),
                    in.getInt(),
                    in.getInt())),
        new Codec<>(
            121,
            RootComplexMessage.DmaWrite.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putLong(m.address());
              out.putLong(m.word());
              out.putInt(m.attributes());
            },
            in ->
                new RootComplexMessage.DmaWrite(
                    in.getInt(), in.getLong(), in.getLong(), in.getInt())),
        new Codec<>(
            122,
            RootComplexMessage.DmaRead.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new RootComplexMessage.DmaRead(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            123,
            RootComplexMessage.CpuWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putLong(m.address());
              out.putLong(m.value());
            },
            in -> new RootComplexMessage.CpuWrite(in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            124,
            RootComplexMessage.CpuRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new RootComplexMessage.CpuRead(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            125,
            RootComplexMessage.ConfigWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.bdf());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
              out.putInt(m.value());
            },
            in ->
                new RootComplexMessage.ConfigWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            126,
            RootComplexMessage.ConfigRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.bdf());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
            },
            in ->
                new RootComplexMessage.ConfigRead(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            127,
            RootComplexMessage.PortWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
              out.putInt(m.value());
            },
            in ->
                new RootComplexMessage.PortWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            128,
            RootComplexMessage.PortRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
            },
            in -> new RootComplexMessage.PortRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            129,
            RootComplexMessage.ReadDone.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.value());
            },
            in -> new RootComplexMessage.ReadDone(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            130,
            RootComplexMessage.LineDone.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.tag());
              out.putLong(m.w0());
              out.putLong(m.w1());
              out.putLong(m.w2());
              out.putLong(m.w3());
              out.putLong(m.w4());
              out.putLong(m.w5());
              out.putLong(m.w6());
              out.putLong(m.w7());
            },
            in ->
                new RootComplexMessage.LineDone(
                    in.getInt(),
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            131,
            RootComplexMessage.Intx.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.pin());
              out.putBoolean(m.asserted());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new RootComplexMessage.Intx(
                    in.getInt(), in.getInt(), in.getBoolean(), in.getLong(), in.getLong())),
        new Codec<>(
            132,
            RootComplexMessage.DirectoryUpdate.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.apicId());
              out.putInt(m.logicalId());
              out.putByte(m.mode().code());
              out.putBoolean(m.cluster());
              out.putBoolean(m.enabled());
              out.putInt(m.priority());
            },
            in ->
                new RootComplexMessage.DirectoryUpdate(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    ApicMode.read(in),
                    in.getBoolean(),
                    in.getBoolean(),
                    in.getInt())),
        new Codec<>(
            133,
            RootComplexMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new RootComplexMessage.Alarm(in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> memoryMessage() {
    return List.of(
        new Codec<>(
            160,
            MemoryMessage.Write.class,
            (m, out) -> {
              out.putLong(m.address());
              out.putLong(m.word());
            },
            in -> new MemoryMessage.Write(in.getLong(), in.getLong())),
        new Codec<>(
            161,
            MemoryMessage.CpuLine.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new MemoryMessage.CpuLine(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            162,
            MemoryMessage.DmaLine.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new MemoryMessage.DmaLine(in.getInt(), in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> endpointMessage() {
    return List.of(
        new Codec<>(
            180,
            EndpointMessage.MmioWrite.class,
            (m, out) -> {
              out.putInt(m.offset());
              out.putLong(m.value());
            },
            in -> new EndpointMessage.MmioWrite(in.getInt(), in.getLong())),
        new Codec<>(
            181,
            EndpointMessage.MmioRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
            },
            in -> new EndpointMessage.MmioRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            182,
            EndpointMessage.ConfigWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
              out.putInt(m.value());
            },
            in ->
                new EndpointMessage.ConfigWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            183,
            EndpointMessage.ConfigRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
            },
            in ->
                new EndpointMessage.ConfigRead(in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            184,
            EndpointMessage.LineCompletion.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putLong(m.w0());
              out.putLong(m.w1());
              out.putLong(m.w2());
              out.putLong(m.w3());
              out.putLong(m.w4());
              out.putLong(m.w5());
              out.putLong(m.w6());
              out.putLong(m.w7());
            },
            in ->
                new EndpointMessage.LineCompletion(
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            185,
            EndpointMessage.Command.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putInt(m.entry());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
            },
            in ->
                new EndpointMessage.Command(
                    in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong())),
        new Codec<>(
            186,
            EndpointMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new EndpointMessage.Alarm(in.getInt(), in.getLong())),
        new Codec<>(
            187,
            EndpointMessage.UpdateFc.class,
            (m, out) -> {
              out.putInt(m.limit());
            },
            in -> new EndpointMessage.UpdateFc(in.getInt())));
  }

  private static List<Codec<?>> kernelMessage() {
    return List.of(
        new Codec<>(
            220,
            KernelMessage.Call.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
              out.putLong(m.d());
            },
            in ->
                new KernelMessage.Call(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            221,
            KernelMessage.Order.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
            },
            in -> new KernelMessage.Order(in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            222,
            KernelMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new KernelMessage.Alarm(in.getInt(), in.getLong())));
  }

  private static List<Codec<?>> loadMessage() {
    return List.of(
        new Codec<>(
            260,
            LoadMessage.Start.class,
            (m, out) -> {
              out.putLong(m.nowPs());
            },
            in -> new LoadMessage.Start(in.getLong())),
        new Codec<>(262, LoadMessage.Stop.class, (m, out) -> {}, in -> new LoadMessage.Stop()),
        new Codec<>(
            263,
            LoadMessage.Move.class,
            (m, out) -> {
              out.putInt(m.index());
            },
            in -> new LoadMessage.Move(in.getInt())),
        new Codec<>(
            261,
            LoadMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new LoadMessage.Alarm(in.getInt(), in.getLong())));
  }
}
