package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link CpuMessage}, see {@link ProtocolCodecs}. */
final class CpuCodecs {
  private CpuCodecs() {}

  static List<Codec<?>> all() {
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
}
