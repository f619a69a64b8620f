package irqlab.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import irqlab.runtime.Codec;
import irqlab.runtime.Codecs;
import irqlab.runtime.MalformedStateException;
import irqlab.runtime.Message;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Bytes of one object at a time. Not for several threads.
 *
 * <pre>
 *  0         1                    1 + n
 * +---------+--------------------+-------------------------+
 * | version | record, n = 1 to 3 |  fields, as its codec   |
 * +---------+--------------------+-------------------------+
 * </pre>
 *
 * <p>The record's number is Kryo's: messages have their kind plus {@link #MESSAGE_OFFSET}, frames
 * theirs plus {@link #FRAME_OFFSET}. Nothing else can be read: the classes that Kryo registers by
 * itself are refused, since reading those may ask for any amount of memory.
 */
final class WireCodec {
  /** Of the layout of all records together; joining checks it. */
  static final int VERSION = WireVersion.own().wire();

  static final int MESSAGE_OFFSET = 100;
  static final int FRAME_OFFSET = 5000;

  private final Kryo kryo = new Kryo();
  private final Output out;
  private final Input in = new Input(0);
  private final StateWriter fields;
  private final Codecs codecs;
  private final int limitBytes;

  WireCodec(Codecs messages, int limitBytes) {
    codecs = Traced.with(messages);
    this.limitBytes = limitBytes;
    fields = new StateWriter(codecs);
    out = new Output(Math.min(512, limitBytes), limitBytes);
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    for (Codec<?> codec : codecs.all()) {
      register(codec);
    }
    for (FrameCodecs.FrameCodec<?> codec : FrameCodecs.all()) {
      register(codec);
    }
  }

  private <T extends Message> void register(Codec<T> codec) {
    kryo.register(
        codec.type(),
        new Fields<T>(codec.writer()::write, codec.reader()::read),
        MESSAGE_OFFSET + codec.kind());
  }

  private <T extends Frame> void register(FrameCodecs.FrameCodec<T> codec) {
    kryo.register(
        codec.type(), new Fields<T>(codec.writer(), codec.reader()), FRAME_OFFSET + codec.number());
  }

  /** Errors: {@link IllegalStateException} when it has no codec or is larger than a frame. */
  byte[] write(Object object) {
    encode(object);
    return out.toBytes();
  }

  /**
   * As {@link #write(Object)}, into a buffer. Errors: as there, and {@link
   * java.nio.BufferOverflowException} when the buffer is too small.
   */
  void write(Object object, ByteBuffer to) {
    encode(object);
    to.put(out.getBuffer(), 0, out.position());
  }

  private void encode(Object object) {
    out.reset();
    out.writeByte(VERSION);
    try {
      if (kryo.getRegistration(object.getClass()).getId() < MESSAGE_OFFSET) {
        throw new IllegalArgumentException("neither a message nor a frame");
      }
      kryo.writeClassAndObject(out, object);
    } catch (RuntimeException broken) {
      throw new IllegalStateException(
          "type=" + object.getClass().getName() + " limitBytes=" + limitBytes + ": " + broken,
          broken);
    }
  }

  /** Errors: {@link MalformedStateException} for everything that {@link #write} does not make. */
  Object read(byte[] bytes) {
    if (bytes.length > limitBytes || bytes.length < 2) {
      throw new MalformedStateException("frameBytes=" + bytes.length + ": 2 to " + limitBytes);
    }
    if (bytes[0] != VERSION) {
      throw new MalformedStateException("wireVersion=" + bytes[0] + ": this node has " + VERSION);
    }
    try {
      in.setBuffer(bytes, 1, bytes.length - 1);
      // As Kryo counts: 0 is null, 1 is a class by name.
      int number = in.readVarInt(true) - 2;
      if (number < MESSAGE_OFFSET || kryo.getRegistration(number) == null) {
        throw new MalformedStateException("record=" + number + ": no such record");
      }
      in.setPosition(1);
      Object object = kryo.readClassAndObject(in);
      if (in.position() != bytes.length) {
        throw new MalformedStateException("leftBytes=" + (bytes.length - in.position()));
      }
      return object;
    } catch (MalformedStateException malformed) {
      throw malformed;
    } catch (RuntimeException broken) {
      throw new MalformedStateException(broken.toString());
    }
  }

  /** The fields of one record, between Kryo's buffers and ours. */
  private final class Fields<T> extends Serializer<T> {
    private final BiConsumer<T, StateWriter> writer;
    private final Function<StateReader, T> reader;

    Fields(BiConsumer<T, StateWriter> writer, Function<StateReader, T> reader) {
      super(false, true);
      this.writer = writer;
      this.reader = reader;
    }

    @Override
    public void write(Kryo ignored, Output to, T object) {
      fields.clear();
      writer.accept(object, fields);
      fields.copyTo(to::writeBytes);
    }

    @Override
    public T read(Kryo ignored, Input from, Class<? extends T> type) {
      StateReader state =
          new StateReader(
              from.getBuffer(), from.position(), from.limit() - from.position(), codecs);
      T object = reader.apply(state);
      from.setPosition(from.limit() - state.left());
      return object;
    }
  }
}
