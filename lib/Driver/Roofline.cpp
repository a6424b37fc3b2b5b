//===- Roofline.cpp - The picture of megcc bench --profile ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Across: floating-point operations per byte of a layer's buffers. Up: its
// speed. Both logarithmic. No layer is above the machine's peak; one whose
// buffers come from memory is below the line of the memory, too. The area of a
// circle is the layer's share of the time.
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Profile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <cmath>

using namespace llvm;

namespace megcc {

namespace {

constexpr double width = 960, height = 600;
/// The frame of the plot; the list of layers is to its right.
constexpr double left = 70, right = 620, top = 60, bottom = 530;
/// How many layers are listed by name.
constexpr size_t mostListed = 16;

/// The marks of an axis: 1, 2 and 5 times each power of ten.
double markAt(int number) {
  const double steps[] = {1, 2, 5};
  int decade = int(std::floor(number / 3.0));
  return steps[number - 3 * decade] * std::pow(10, decade);
}
/// The last mark at or below `value`.
int markBelow(double value) {
  int number = 3 * int(std::floor(std::log10(value)));
  while (markAt(number + 1) <= value)
    ++number;
  return number;
}

/// A logarithmic axis from mark `lowest` to `highest` on the pixels `first` to
/// `last`.
struct Axis {
  int lowest, highest;
  double first, last;

  double low() const { return markAt(lowest); }
  double high() const { return markAt(highest); }
  double operator()(double value) const {
    double share = std::log(value / low()) / std::log(high() / low());
    return first + (last - first) * share;
  }
};

class Picture {
public:
  Picture(const Profile &profile, raw_ostream &os);
  void draw();

private:
  void drawAxes();
  void drawLimit(double bytesPerSecond, StringRef name, StringRef colour);
  void drawLayers();
  void drawList();
  void text(double x, double y, StringRef anchor, const Twine &words,
            StringRef more = "");
  void line(double x1, double y1, double x2, double y2, StringRef style);

  const Profile &profile;
  raw_ostream &os;
  Axis x{}, y{};
  /// Layers that compute, the slowest first.
  std::vector<size_t> order;
};

} // namespace

static double intensity(const Profile::Layer &layer) {
  return 2 * double(layer.macs) / double(layer.bytes);
}

/// Text as XML holds it.
static std::string escaped(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (static_cast<unsigned char>(c) < ' ')
      result += ' ';
    else
      result += c;
  }
  return result;
}

/// The end of `text`, which tells nodes apart, at most `most` characters of
/// UTF-8.
static std::string shortened(StringRef text, size_t most) {
  size_t characters = 0;
  for (size_t i = text.size(); i-- > 0;) {
    bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && ++characters == most && i > 0)
      return "..." + text.drop_front(i).str();
  }
  return text.str();
}

Picture::Picture(const Profile &profile, raw_ostream &os)
    : profile(profile), os(os) {
  for (auto [i, layer] : enumerate(profile.layers))
    if (layer.macs > 0 && layer.bytes > 0 && layer.ns > 0)
      order.push_back(i);
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return profile.layers[a].ns > profile.layers[b].ns;
  });
  double peak = std::max(profile.peak * 1e-9, 1e-3);
  double leastX = 0.5, mostX = 50, leastY = peak / 50;
  for (size_t i : order) {
    leastX = std::min(leastX, intensity(profile.layers[i]));
    mostX = std::max(mostX, intensity(profile.layers[i]));
    leastY = std::min(leastY, profile.layers[i].gflops());
  }
  x = {markBelow(leastX), markBelow(mostX) + 1, left, right};
  y = {markBelow(leastY), markBelow(peak * 1.2) + 1, bottom, top};
}

void Picture::text(double x, double y, StringRef anchor, const Twine &words,
                   StringRef more) {
  os << format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"", x, y) << anchor
     << '"' << (more.empty() ? "" : " ") << more << '>' << escaped(words.str())
     << "</text>\n";
}

void Picture::line(double x1, double y1, double x2, double y2,
                   StringRef style) {
  os << format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" ", x1, y1,
               x2, y2)
     << style << "/>\n";
}

/// "0.01", "1", "1000".
static std::string tick(double value) {
  std::string text;
  raw_string_ostream(text) << format("%g", value);
  return text;
}

void Picture::drawAxes() {
  for (int mark = x.lowest; mark <= x.highest; ++mark) {
    double value = markAt(mark);
    line(x(value), top, x(value), bottom, "stroke=\"#ddd\"");
    text(x(value), bottom + 18, "middle", tick(value));
  }
  for (int mark = y.lowest; mark <= y.highest; ++mark) {
    double value = markAt(mark);
    line(left, y(value), right, y(value), "stroke=\"#ddd\"");
    text(left - 8, y(value) + 4, "end", tick(value));
  }
  os << format("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
               "fill=\"none\" stroke=\"#888\"/>\n",
               left, top, right - left, bottom - top);
  text((left + right) / 2, bottom + 42, "middle",
       "floating-point operations per byte of the layer's buffers");
  text(0, 0, "middle", "GFLOP/s",
       ("transform=\"translate(22," + tick((top + bottom) / 2) +
        ") rotate(-90)\""));
}

/// The line on which a layer computes all the time that its bytes take, up to
/// the peak.
void Picture::drawLimit(double bytesPerSecond, StringRef name,
                        StringRef colour) {
  if (bytesPerSecond <= 0 || profile.peak <= 0)
    return;
  double speed = bytesPerSecond * 1e-9, peak = profile.peak * 1e-9;
  double from = std::max(x.low(), y.low() / speed);
  double to = std::min(x.high(), peak / speed);
  if (from >= to)
    return;
  line(x(from), y(from * speed), x(to), y(to * speed),
       ("stroke=\"" + colour + "\" stroke-width=\"2\"").str());
  // The words lie along the line, above it.
  double slope = std::atan2(y(to * speed) - y(from * speed), x(to) - x(from));
  double at = std::sqrt(from * to);
  std::string place;
  raw_string_ostream(place)
      << format("transform=\"translate(%.1f,%.1f) rotate(%.1f)\" fill=\"",
                x(at), y(at * speed), slope * 180 / M_PI);
  std::string words;
  raw_string_ostream(words) << name << format(" %.1f GB/s", speed);
  text(0, -6, "middle", words, place + colour.str() + "\"");
}

void Picture::drawLayers() {
  double longest = 0;
  for (size_t i : order)
    longest = std::max(longest, profile.layers[i].ns);
  // Large circles first, so that small ones stay visible.
  for (auto [rank, i] : enumerate(order)) {
    const Profile::Layer &layer = profile.layers[i];
    double radius = std::max(2.5, 16 * std::sqrt(layer.ns / longest));
    os << format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" ",
                 x(intensity(layer)), y(layer.gflops()), radius)
       << "fill=\"" << (rank < mostListed ? "#d9480f" : "#868e96")
       << "\" fill-opacity=\"0.45\" stroke=\"#333\" "
          "stroke-width=\"0.6\"><title>"
       << i << ": " << escaped(layer.nodes) << ": " << escaped(layer.algorithm)
       << format(": %.1f us, %.1f GFLOP/s", layer.ns * 1e-3, layer.gflops())
       << "</title></circle>\n";
  }
  for (auto [rank, i] : enumerate(ArrayRef(order).take_front(mostListed))) {
    const Profile::Layer &layer = profile.layers[i];
    text(x(intensity(layer)), y(layer.gflops()) + 4, "middle", Twine(i),
         "font-size=\"10\"");
  }
}

void Picture::drawList() {
  double from = right + 24, at = top + 12;
  text(from, at, "start", "slowest layers: share of time, share of peak",
       "font-weight=\"bold\"");
  for (size_t i : ArrayRef(order).take_front(mostListed)) {
    const Profile::Layer &layer = profile.layers[i];
    std::string words;
    raw_string_ostream(words)
        << i << ": "
        << format("%.1f %%, %.0f %%  ", profile.percentOfTime(layer.ns),
                  profile.percentOfPeak(layer.gflops()))
        << shortened(layer.nodes, 30);
    text(from, at += 18, "start", words);
  }
  double others = 0;
  for (const Profile::Layer &layer : profile.layers)
    if (layer.macs == 0)
      others += layer.ns;
  std::string words;
  raw_string_ostream(words)
      << format("layers without multiply-adds: %.1f %% of the time",
                profile.percentOfTime(others));
  text(from, at + 26, "start", words);
}

void Picture::draw() {
  os << format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" "
               "height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
               "font-family=\"sans-serif\" font-size=\"12\">\n",
               width, height, width, height)
     << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  text(left, 28, "start", profile.title, "font-size=\"17\"");
  std::string speed;
  raw_string_ostream(speed) << format(
      "%.4g ms a run, %.1f GFLOP/s, %.1f %% of peak; a circle's area is the "
      "layer's time",
      profile.ns * 1e-6, profile.gflops(), profile.percentOfPeak());
  text(left, 48, "start", speed);
  drawAxes();
  double peak = profile.peak * 1e-9;
  if (peak > 0) {
    line(left, y(peak), right, y(peak),
         "stroke=\"#1864ab\" stroke-width=\"2\"");
    std::string words;
    raw_string_ostream(words) << format("peak %.1f GFLOP/s", peak);
    text(right - 6, y(peak) - 6, "end", words, "fill=\"#1864ab\"");
  }
  drawLimit(profile.cacheSpeed, "second cache", "#2b8a3e");
  drawLimit(profile.memorySpeed, "memory", "#862e9c");
  drawLayers();
  drawList();
  os << "</svg>\n";
}

void drawRoofline(const Profile &profile, raw_ostream &os) {
  Picture(profile, os).draw();
}

} // namespace megcc
