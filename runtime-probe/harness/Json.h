// Replies to the driver: JSON text put together by hand, since nothing may be linked into a foreign process.
#ifndef GILRAY_PROBE_HARNESS_JSON_H
#define GILRAY_PROBE_HARNESS_JSON_H

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace gilray::harness {

class Json {
public:
  Json &open(char Bracket) { return comma(), Text += Bracket, First = true, *this; }
  Json &close(char Bracket) { return Text += Bracket, First = false, *this; }
  Json &key(std::string_view Name) {
    string(Name);
    Text += ':';
    First = true;
    return *this;
  }
  Json &string(std::string_view S) {
    comma();
    Text += '"';
    for (char C : S) {
      char Buffer[8];
      if (C == '"' || C == '\\')
        (Text += '\\') += C;
      else if (static_cast<unsigned char>(C) < 0x20)
        Text.append(Buffer, snprintf(Buffer, sizeof Buffer, "\\u%04x", C));
      else
        Text += C;
    }
    Text += '"';
    return *this;
  }
  Json &number(double D) {
    char Buffer[40];
    comma();
    Text.append(Buffer, snprintf(Buffer, sizeof Buffer, "%.12g", D));
    return *this;
  }
  Json &integer(int64_t I) { return comma(), Text += std::to_string(I), *this; }
  Json &boolean(bool B) { return comma(), Text += B ? "true" : "false", *this; }

  std::string Text;

private:
  bool First = true;
  void comma() {
    if (!First)
      Text += ',';
    First = false;
  }
};

} // namespace gilray::harness

#endif
