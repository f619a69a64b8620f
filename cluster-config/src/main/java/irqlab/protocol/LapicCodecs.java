package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link LapicMessage}, see {@link ProtocolCodecs}. */
final class LapicCodecs {
  private LapicCodecs() {}

  static List<Codec<?>> all() {
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
}
