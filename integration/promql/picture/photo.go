package main

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"slices"
)

// photograph writes a PNG of a page.
func photograph(ctx context.Context, page, out string) error {
	cmd := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
		fmt.Sprintf("--window-size=%d,%d", pageWidth, pageHeight), "--screenshot="+out, "file://"+page)
	if message, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("photographing the page: %w\n%s", err, message)
	}
	return pack(out)
}

// pack makes a PNG smaller: 256 colors are all that a page of lines needs, and
// half of the bytes.
func pack(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	photo, err := png.Decode(file)
	if err != nil {
		return fmt.Errorf("reading the photograph: %w", err)
	}
	packed := image.NewPaletted(photo.Bounds(), commonColors(photo))
	draw.Draw(packed, packed.Bounds(), photo, photo.Bounds().Min, draw.Src)
	if err := file.Truncate(0); err != nil {
		return err
	}
	if _, err := file.Seek(0, 0); err != nil {
		return err
	}
	return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(file, packed)
}

func commonColors(photo image.Image) color.Palette {
	count := make(map[color.Color]int)
	b := photo.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[photo.At(x, y)]++
		}
	}
	colors := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) })
	return colors[:min(len(colors), 256)]
}
