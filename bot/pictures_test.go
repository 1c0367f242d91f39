package main_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/disintegration/imaging"

	"guiwei/bot/sim"
)

// pictures are the files a script may name. All but the big ones are drawn from a seed: card-like shapes over a gradient,
// different enough for the difference hash.
var pictures = sync.OnceValue(func() []sim.Photo {
	front, back := drawing(1, 960, 1280), drawing(2, 960, 1280)
	held, dim := portrayed("blurred.jpg"), portrayed("front.jpg")
	return []sim.Photo{
		{Name: "person.jpg", Bytes: sample("front.jpg")},
		{Name: "person-back.jpg", Bytes: sample("back.jpg")},
		{Name: "blurred.jpg", Bytes: sample("blurred.jpg")},
		{Name: "blurred-again.jpg", Bytes: jpegOf(held, 70)},
		{Name: "dark.jpg", Bytes: jpegOf(darkened(dim), 88)},
		{Name: "glare.jpg", Bytes: jpegOf(burnt(dim), 88)},
		{Name: "front.jpg", Bytes: jpegOf(front, 88)},
		{Name: "back.jpg", Bytes: jpegOf(back, 88)},
		{Name: "front2.jpg", Bytes: jpegOf(drawing(3, 960, 1280), 88)},
		{Name: "back2.jpg", Bytes: jpegOf(drawing(4, 960, 1280), 88)},
		{Name: "retaken1.jpg", Bytes: jpegOf(drawing(12, 480, 640), 88)},
		{Name: "retaken2.jpg", Bytes: jpegOf(drawing(13, 480, 640), 88)},
		{Name: "retaken3.jpg", Bytes: jpegOf(drawing(14, 480, 640), 88)},
		{Name: "retaken4.jpg", Bytes: jpegOf(drawing(15, 480, 640), 88)},
		{Name: "dirty.jpg", Bytes: dirty(jpegOf(drawing(11, 960, 1280), 80))},
		{Name: "front-again.jpg", Bytes: jpegOf(front, 60)},
		{Name: "front.png", Bytes: pngOf(drawing(5, 600, 800))},
		{Name: "anim.gif", Bytes: gifOf(drawing(6, 500, 640), drawing(7, 500, 640))},
		{Name: "rotated.jpg", Bytes: turned(jpegOf(drawing(8, 1280, 960), 88))},
		{Name: "big12mp.jpg", Bytes: jpegOf(grainy(drawing(9, 4000, 3000)), 90)},
		{Name: "tiny.jpg", Bytes: jpegOf(drawing(10, 120, 160), 88)},
		{Name: "text.jpg", Bytes: []byte("这不是照片，只是一段文字。")},
		{Name: "modern.webp", Bytes: []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00")},
		{Name: "phone.heic", Bytes: []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")},
		{Name: "torn.jpg", Bytes: jpegOf(front, 88)[:20_000]},
		{Name: "bomb.png", Bytes: bomb()},
	}
})

// sample is a picture of the demo: people are in it, for stories with a judge.
func sample(name string) []byte {
	raw, err := os.ReadFile(filepath.Join("app", "demo", name)) //nolint:gosec // our own pictures
	if err != nil {
		panic(err)
	}
	return raw
}

func portrayed(name string) *image.NRGBA {
	pic, err := jpeg.Decode(bytes.NewReader(sample(name)))
	if err != nil {
		panic(err)
	}
	return imaging.Clone(pic)
}

func darkened(pic *image.NRGBA) *image.NRGBA {
	return imaging.AdjustFunc(pic, func(c color.NRGBA) color.NRGBA { return color.NRGBA{c.R / 12, c.G / 12, c.B / 12, 255} })
}

// burnt has a white spot on the number of the card in the demo's front.
func burnt(pic *image.NRGBA) *image.NRGBA {
	out := imaging.Clone(pic)
	for y := 560; y < 630; y++ {
		for x := 560; x < 720; x++ {
			out.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
		}
	}
	return out
}

func drawing(seed uint64, w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 20261123))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x * 200 / w), uint8(y * 200 / h), uint8(90 + 10*seed), 255})
		}
	}
	for range 40 {
		x, y := r.IntN(w), r.IntN(h)
		box := image.Rect(x, y, x+w/16+r.IntN(w/4), y+h/16+r.IntN(h/4))
		shade := color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}
		draw.Draw(img, box, image.NewUniform(shade), image.Point{}, draw.Src)
	}
	return img
}

// grainy adds the noise of a small sensor, so that a big picture is big in bytes too.
func grainy(img *image.RGBA) *image.RGBA {
	r := rand.New(rand.NewPCG(12, 20261123))
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] += uint8(r.IntN(12))
		}
	}
	return img
}

func jpegOf(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

func pngOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func gifOf(frames ...*image.RGBA) []byte {
	var g gif.GIF
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), palette.Plan9)
		draw.Draw(p, p.Bounds(), f, image.Point{}, draw.Src)
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 20)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// bomb is a PNG whose header claims 30,000 x 30,000 pixels; there is nothing behind it.
func bomb() []byte {
	ihdr := "IHDR\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00"
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(ihdr)))
	return append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"+ihdr), sum...)
}

// turned says in EXIF (TIFF 6.0 tag 0x112, value 6) that the camera lay on its side.
func turned(plain []byte) []byte {
	exif := "\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	return append(append(append([]byte{}, plain[:2]...), exif...), plain[2:]...)
}
